import { WebSocket } from "ws";
import { ServerFrame } from "../../shared/realtime/schemas.ts";
import { eventually } from "./api-client.ts";

export interface Listener {
  /** Every frame that came, as it came. */
  frames: ServerFrame[];
  socket: WebSocket;
  /** When the far end hung up. */
  isClosed(): boolean;
}

export interface ListenerOptions {
  /** The last `seq` it claims to have seen. */
  afterSeq?: string | null;
  query?: string;
}

/** A client of the live stream that has said hello and been answered. Throws with the status where it is not let in. */
export async function listenTo(
  { url }: { url: string },
  headers: Record<string, string>,
  { afterSeq = null, query = "" }: ListenerOptions = {},
): Promise<Listener> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws${query}`, { headers });
  const frames: ServerFrame[] = [];
  let refused = 0;
  socket.on("unexpected-response", (_request, response) => {
    refused = response.statusCode ?? 0;
    response.destroy();
  });
  socket.on("error", () => undefined);
  socket.on("message", (data) => frames.push(ServerFrame.parse(JSON.parse(String(data)))));
  socket.on("open", () => socket.send(JSON.stringify({ action: "hello", afterSeq })));
  await eventually("the stream is ready or refused", () => refused > 0 || frames.some(isReady));
  if (refused > 0) throw new Error(`the stream was refused with ${refused}`);
  return { frames, socket, isClosed: () => socket.readyState === WebSocket.CLOSED };
}

const isReady = ({ kind }: ServerFrame) => kind === "ready";
