export const services = ["web", "catalog", "cart", "checkout", "payments", "inventory"] as const;
export type Service = (typeof services)[number];

/** One request that one service answered; null: it came from a visitor's browser. */
export interface Call {
  service: Service;
  caller: Service | null;
  route: string;
  durationS: number;
  failed: boolean;
}

export type Phase = "good" | "leaking" | "failing" | "recovered";

/** How often a visitor goes on to the next step. */
const addsToCart = 0.5;
const checksOut = 0.6;
const ordinaryFailures = 0.001;
const paymentFailures = 0.6;
/** While payments leaks, each minute adds so much of its usual time to an answer. */
const leakAMinute = 0.04;

/**
 * What one visitor of the shop makes its six services do, so many minutes into the phase. While payments leaks, its
 * answers take a little longer each minute; while it fails it is slow and often wrong. Checkout, which waits for it,
 * is no better.
 */
export function visit(phase: Phase, random: () => number, minutes = 0): Call[] {
  const call = (caller: Service | null, service: Service, route: string, typicalS: number): Call => ({
    service,
    caller,
    route,
    durationS: typicalS * (0.6 + random() * random() * 3),
    failed: random() < ordinaryFailures,
  });
  const calls = [call(null, "web", "GET /", 0.04), call("web", "catalog", "GET /products", 0.025)];
  if (random() > addsToCart) return calls;
  calls.push(call("web", "cart", "POST /items", 0.02), call("cart", "inventory", "GET /stock", 0.012));
  if (random() > checksOut) return calls;

  const leak = phase === "leaking" ? 1 + leakAMinute * minutes : 1;
  const payment = call("checkout", "payments", "POST /charges", phase === "failing" ? 2.5 : 0.12 * leak);
  if (phase === "failing") payment.failed = random() < paymentFailures;
  const checkout = call("web", "checkout", "POST /orders", 0.06);
  checkout.durationS += payment.durationS;
  checkout.failed ||= payment.failed;
  calls.push(payment, checkout);
  if (!checkout.failed) calls.push(call("checkout", "inventory", "POST /reservations", 0.015));
  return calls;
}
