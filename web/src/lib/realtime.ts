import type { ClientFrame, ServerFrame } from "../../../shared/realtime/schemas.ts";

export type LiveStatus = "live" | "reconnecting" | "offline";
export type LiveEvent = Extract<ServerFrame, { kind: "event" }>;

interface Listeners {
  onEvent(event: LiveEvent): void;
  /** Events may have been missed (a first connection, or too long a pause): fetch afresh what they would have changed. */
  onGap(): void;
  onStatus(status: LiveStatus): void;
}

const firstDelayMs = 500;
const longestDelayMs = 20_000;
const pingEveryMs = 25_000;
const answerWithinMs = 10_000;

/**
 * The platform's event stream. Comes back by itself with growing, jittered pauses, at once when the
 * network or the tab returns, and resumes after the last event it saw. Every event is told once.
 */
export class RealtimeConnection {
  readonly #url: string;
  readonly #listeners: Listeners;
  #socket: WebSocket | undefined;
  #afterSeq: string | null = null;
  #failures = 0;
  #retry: number | undefined;
  #heartbeat: number | undefined;
  #lastHeardMs = 0;
  #closed = false;

  constructor(url: string, listeners: Listeners) {
    this.#url = url;
    this.#listeners = listeners;
    window.addEventListener("online", this.#wake);
    window.addEventListener("offline", this.#lost);
    document.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    window.removeEventListener("online", this.#wake);
    window.removeEventListener("offline", this.#lost);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#drop();
  }

  #connect(): void {
    this.#drop();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#lastHeardMs = performance.now();
      this.#say({ action: "hello", afterSeq: this.#afterSeq });
      this.#heartbeat = window.setInterval(() => this.#beat(), pingEveryMs);
    };
    socket.onmessage = (message) => this.#hear(readFrame(message.data));
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  #hear(frame: ServerFrame | undefined): void {
    this.#lastHeardMs = performance.now();
    switch (frame?.kind) {
      case "ready":
        if (frame.gap || this.#afterSeq === null) {
          this.#afterSeq = frame.seq;
          this.#listeners.onGap();
        }
        this.#failures = 0;
        this.#listeners.onStatus("live");
        break;
      case "event":
        if (this.#afterSeq !== null && frame.seq <= this.#afterSeq) break;
        this.#afterSeq = frame.seq;
        this.#listeners.onEvent(frame);
        break;
    }
  }

  /** A connection that died without saying so is found by its silence. */
  #beat(): void {
    this.#say({ action: "ping" });
    window.setTimeout(() => {
      const silentMs = performance.now() - this.#lastHeardMs;
      if (this.#socket?.readyState === WebSocket.OPEN && silentMs > pingEveryMs + answerWithinMs / 2)
        this.#lost();
    }, answerWithinMs);
  }

  readonly #lost = (): void => {
    this.#drop();
    if (this.#closed) return;
    this.#listeners.onStatus(navigator.onLine ? "reconnecting" : "offline");
    const pauseMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#retry = window.setTimeout(() => this.#connect(), pauseMs);
  };

  readonly #wake = (): void => {
    if (document.visibilityState === "hidden" || this.#socket !== undefined) return;
    this.#failures = 0;
    this.#connect();
  };

  #drop(): void {
    window.clearTimeout(this.#retry);
    window.clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #say(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

/** Frames are our own server's, but a proxy may speak too; anything that is no frame is passed over. */
function readFrame(data: unknown): ServerFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    if (typeof frame !== "object" || frame === null || !("kind" in frame)) return undefined;
    return frame as ServerFrame;
  } catch {
    return undefined;
  }
}
