import type { ClientFrame, ServerFrame } from "../../../shared/realtime/schemas.ts";
import { refreshSession } from "./refresh.ts";

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
/** A resume repeats the last seconds; a storm in them is told as a gap, so this many ids reach back far enough. */
const idsRemembered = 4_000;

/**
 * The platform's event stream. Comes back by itself with growing, jittered pauses, at once when the
 * network or the tab returns, and resumes after the last event it saw. Every event is told once.
 */
export class RealtimeConnection {
  readonly #url: string;
  readonly #listeners: Listeners;
  #socket: WebSocket | undefined;
  /** Everything up to here was told; what the next hello resumes after. */
  #resumeSeq: string | null = null;
  #highestSeq: string | null = null;
  /** Between hello and ready the missed events come in any order, so the resume point stays where it was. */
  #ready = false;
  readonly #told = new Set<string>();
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
      this.#ready = false;
      this.#say({ action: "hello", afterSeq: this.#resumeSeq });
      this.#heartbeat = window.setInterval(() => this.#beat(), pingEveryMs);
    };
    socket.onmessage = (message) => this.#hear(readFrame(message.data));
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
    });
    socket.onclose = async () => {
      if (socket !== this.#socket) return;
      // A browser does not tell why it was not let in; a credential that has run out is the likely reason.
      if (!opened) await refreshSession();
      if (socket === this.#socket) this.#lost();
    };
  }

  #hear(frame: ServerFrame | undefined): void {
    this.#lastHeardMs = performance.now();
    switch (frame?.kind) {
      case "ready":
        if (frame.gap || this.#resumeSeq === null) {
          this.#seen(frame.seq);
          this.#listeners.onGap();
        }
        this.#ready = true;
        this.#resumeSeq = this.#highestSeq;
        this.#failures = 0;
        this.#listeners.onStatus("live");
        break;
      case "event":
        if (this.#told.has(frame.id)) break;
        this.#remember(frame.id);
        this.#seen(frame.seq);
        this.#listeners.onEvent(frame);
        break;
    }
  }

  #seen(seq: string | null): void {
    if (seq === null) return;
    if (this.#highestSeq === null || seq > this.#highestSeq) this.#highestSeq = seq;
    if (this.#ready) this.#resumeSeq = this.#highestSeq;
  }

  #remember(id: string): void {
    this.#told.add(id);
    if (this.#told.size <= idsRemembered) return;
    for (const oldest of this.#told) {
      this.#told.delete(oldest);
      return;
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
