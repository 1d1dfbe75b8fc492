import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Delivery } from "../../../../shared/notifications/schemas.ts";
import { Button } from "../../components/button.tsx";
import { ToneMark } from "../../components/marks.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { deliveryLooks } from "./channel-words.ts";

const askEveryMs = 700;

const isUnderWay = (delivery: Delivery | undefined) =>
  delivery === undefined || delivery.state === "pending" || delivery.state === "retrying";

/** Sends a test message and follows it until it has arrived or been given up. */
export function useTestSend(channelId: string) {
  const client = useQueryClient();
  const sent = useMutation({
    mutationFn: () => api.post<Delivery>(`/api/channels/${segment(channelId)}/test`, {}),
  });
  const deliveryId = sent.data?.id;
  const followed = useQuery({
    queryKey: ["deliveries", "one", deliveryId],
    queryFn: ({ signal }) => api.get<Delivery>(`/api/deliveries/${segment(deliveryId ?? "")}`, {}, signal),
    enabled: deliveryId !== undefined,
    refetchInterval: (query) => (isUnderWay(query.state.data) ? askEveryMs : false),
  });
  const delivery = deliveryId === undefined ? undefined : (followed.data ?? sent.data);
  const isDone = delivery !== undefined && !isUnderWay(delivery);
  useEffect(() => {
    if (isDone) client.invalidateQueries({ queryKey: ["channels"] });
  }, [isDone, client]);
  return {
    send: () => sent.mutate(),
    isSending: sent.isPending || (delivery !== undefined && !isDone),
    delivery,
    error: sent.error ?? followed.error,
  };
}

export type TestSend = ReturnType<typeof useTestSend>;

export function TestButton({ test }: { test: TestSend }) {
  return (
    <Button icon="flask" busy={test.isSending} onClick={test.send}>
      {test.delivery ? "Send another" : "Send a test"}
    </Button>
  );
}

/** How the test message fares, as it happens. */
export function TestOutcome({ test }: { test: TestSend }) {
  const { delivery } = test;
  const look = delivery && deliveryLooks[delivery.state];
  const last = delivery?.attempts.at(-1);
  return (
    <div aria-live="polite">
      {look && (
        <p className="row wrap small">
          <ToneMark tone={look.tone} filled={look.filled}>
            {look.word}
          </ToneMark>
          {last && (
            <span className="quiet">
              {last.reason}
              {last.outcome === "accepted" && ` (${last.durationMs} ms)`}
            </span>
          )}
        </p>
      )}
      <Trouble error={test.error} />
    </div>
  );
}
