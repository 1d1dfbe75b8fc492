import { lazily } from "../platform/lambda/lazily.ts";
import { type ModelsEnv, type Provider, parseProviders, providersOfEnv } from "./provider.ts";

/** How long a replaced key may go unnoticed. */
const keptMs = 5 * 60_000;

/** The providers as set up, read at first use and again every five minutes, so that a new key needs no deployment. */
export function makeProviders(env: ModelsEnv, now: () => number): () => Promise<readonly Provider[]> {
  if (env.AI_SECRET_ARN === "") {
    const providers = providersOfEnv(env);
    return async () => providers;
  }
  const client = lazily(async () => {
    const aws = await import("@aws-sdk/client-secrets-manager");
    const manager = new aws.SecretsManagerClient({ maxAttempts: 3 });
    return async () =>
      (await manager.send(new aws.GetSecretValueCommand({ SecretId: env.AI_SECRET_ARN }))).SecretString ?? "";
  });
  let kept: { providers: readonly Provider[]; readAtMs: number } | undefined;
  return async () => {
    if (!kept || now() - kept.readAtMs >= keptMs) {
      const read = await client();
      kept = { providers: parseProviders(await read()), readAtMs: now() };
    }
    return kept.providers;
  };
}
