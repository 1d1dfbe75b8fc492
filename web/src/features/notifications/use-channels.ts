import { useQuery } from "@tanstack/react-query";
import type { Channel, ChannelList } from "../../../../shared/notifications/schemas.ts";
import { api } from "../../lib/api.ts";

const atMost = 200;

/** The channels there are, for choosing among them. */
export function useChannels(): readonly Channel[] {
  const channels = useQuery({
    queryKey: ["channels", "choices"],
    queryFn: ({ signal }) => api.get<ChannelList>("/api/channels", { limit: atMost }, signal),
  });
  return channels.data?.items ?? [];
}
