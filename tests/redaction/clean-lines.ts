import type { Seeded } from "./seeded.ts";

const services = ["cart", "checkout", "payment-api", "search", "user-db", "ingest-worker"] as const;
const verbs = ["started", "stopped", "retrying", "flushed", "accepted", "rebalanced"] as const;
const ip = (r: Seeded) => `10.${r.below(255)}.${r.below(255)}.${r.below(255)}`;
const time = (r: Seeded) => new Date(1_795_000_000_000 + r.below(10_000_000_000)).toISOString();

/** Lines as healthy and ailing systems write them, without a secret: nothing in them may be masked. */
const lines: readonly ((r: Seeded) => string)[] = [
  (r) => `${time(r)} INFO ${r.pick(services)} ${r.pick(verbs)} in ${r.below(9_000)} ms`,
  (r) =>
    `${ip(r)} - - [20/Nov/2026:10:00:00 +0000] "GET /api/v2/items/${r.below(99_999)}?page=2&sort=-createdAt HTTP/1.1" 200 ${r.below(99_999)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
  (r) =>
    `{"level":"info","ts":${1_795_000_000 + r.below(1_000_000)}.${r.digits(6)},"caller":"server/http.go:212","msg":"request","trace_id":"${r.hex(32)}","span_id":"${r.hex(16)}","status":200}`,
  (r) => `traceparent: 00-${r.hex(32)}-${r.hex(16)}-01`,
  (r) => `deployed ${r.pick(services)} at ${r.hex(40)} (was ${r.hex(7)})`,
  (r) => `pulled registry.example.com/${r.pick(services)}@sha256:${r.hex(64)} in 3.2s`,
  (r) =>
    `AccessDenied: arn:aws:sts::${r.digits(12)}:assumed-role/${r.pick(services)}-role/i-${r.hex(17)} may not call dynamodb:Query on arn:aws:dynamodb:eu-west-1:${r.digits(12)}:table/orders-${r.lower(8)}`,
  (r) => `request ${r.uuid()} took ${r.below(900)}ms; correlationId=${r.uuid()} session ${r.uuid()}`,
  (r) =>
    `pod/${r.pick(services)}-${r.hex(10)}-${r.of("bcdfghjklmnpqrstvwxz2456789", 5)} OOMKilled (exit code 137), restarts=${r.below(40)}`,
  (r) =>
    `ERROR: duplicate key value violates unique constraint "orders_pkey" DETAIL: Key (id)=(${r.below(99_999)}) already exists.`,
  (r) =>
    `java.lang.NullPointerException: Cannot invoke "String.length()" because "<local1>" is null\n\tat com.example.shop.Cart$Item.price(Cart.java:${r.below(900)})\n\tat java.base/java.lang.Thread.run(Thread.java:1583)`,
  (r) =>
    `goroutine ${r.below(900)} [running]: main.(*Server).handle(0xc000${r.hex(6)}, {0x7f${r.hex(10)}, 0x0})`,
  (r) =>
    `kernel: [${r.digits(6)}.${r.digits(6)}] Out of memory: Killed process ${r.below(32_000)} (node) total-vm:${r.digits(7)}kB, anon-rss:${r.digits(6)}kB`,
  (r) =>
    `systemd[1]: user@${r.below(2_000)}.service: Deactivated successfully. Consumed ${r.below(60)}.${r.digits(3)}s CPU time.`,
  (r) =>
    `kafka: partition orders-${r.below(64)} offset ${r.digits(10)} lag ${r.below(9_999)} leader epoch ${r.below(20)}`,
  (r) => `npm warn deprecated lodash@4.17.${r.below(30)}: integrity sha512-${r.base64(86)}==`,
  (r) => `GET https://cdn.example.com/assets/index-${r.alnum(8)}.js 304 etag W/"${r.hex(8)}-${r.hex(12)}"`,
  (r) =>
    `authentication failed for user svc_${r.pick(["cart", "search"])}: password incorrect, token expired`,
  (r) =>
    `usage: prompt_tokens=${r.below(9_000)} completion_tokens=${r.below(900)} max_tokens=4096 total tokens: ${r.below(9_999)}`,
  (r) =>
    `next_token=${r.uuid()} page=${r.below(90)} cursor=${r.below(9_999)} partition_key=tenant-${r.below(99)}`,
  (r) => `SyntaxError: Unexpected token '<', "<!doctype "... is not valid JSON at position ${r.below(90)}`,
  (r) => `cache_key=${r.hex(40)} hit=false ttl=${r.below(3_600)}s idempotency-key: ${r.uuid()}`,
  (r) =>
    `cpu{host="${r.pick(services)}-${r.below(20)}",cpu="${r.below(64)}"} ${r.next()} ${1_795_000_000_000 + r.below(1e9)}`,
  (r) =>
    `2026/11/20 10:0${r.below(9)}:12 [error] ${r.below(32_000)}#0: *${r.below(99_999)} upstream timed out (110: Connection timed out) while reading response header, upstream: "http://${ip(r)}:8080/api"`,
  (r) =>
    `Liveness probe failed: Get "http://${ip(r)}:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  (r) =>
    `MySQL slow query: SELECT id, total FROM orders WHERE created_at > '2026-11-${10 + r.below(20)} 00:00:00' AND status IN ('open','paid') LIMIT 100 # ${r.next()}s`,
  (r) =>
    `helm upgrade ${r.pick(services)} --set image.tag=v1.${r.below(40)}.${r.below(9)} --namespace prod --timeout 5m0s`,
  (r) => `x-amzn-requestid: ${r.uuid()} x-amz-cf-id: ${r.url(54)}==`,
  (r) => `Secret "default-token" not found; secretName: tls-cert-2026, configmap app-config-v${r.below(90)}`,
  (r) => `git clone git@github.com:shop/${r.pick(services)}.git && git checkout ${r.hex(40)}`,
  (r) =>
    `id=01${r.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)} inc_01${r.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)} order #${r.digits(10)}`,
  (r) =>
    `Bearer token was missing; Basic authentication is off; bearer authentication required (${r.below(500)})`,
  (r) =>
    `metric http.server.request.duration p95=${r.next()}s count=${r.digits(8)} bytes=${r.digits(16)} dd.trace_id=${r.digits(18)}`,
  (r) =>
    `Object com.example.Order@${r.hex(8)} evicted, keys=${r.below(900)} keyspace=orders, primary key (tenant, id), sort key created`,
  (r) =>
    `terraform: aws_security_group.web: Refreshing state... [id=sg-${r.hex(17)}] vpc-${r.hex(17)} ami-${r.hex(17)}`,
  (r) => `container ${r.hex(64)} (${r.hex(12)}) died: exit 1; image id sha256:${r.hex(64)}`,
  (r) =>
    `MAC 0a:1b:${r.hex(2)}:${r.hex(2)}:4e:5f, uptime 12:0${r.below(9)}:33, version 2026.11.${r.below(28)}, build 555.12.${r.below(99)}`,
  (r) =>
    `span ${r.hex(16)} parent ${r.hex(16)} trace ${r.hex(32).toUpperCase()} duration=${r.below(1e9)}ns code.filepath=/srv/app/src/handlers/CheckoutHandlerV2.ts`,
];

export function cleanLine(r: Seeded): string {
  return r.pick(lines)(r);
}
