import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type ModelsEnv, type Provider, parseProviders, providersOfEnv } from "./provider.ts";

/** How long a replaced key may go unnoticed. */
const keptMs = 5 * 60_000;

/** The providers as set up, read at first use and again every five minutes, so that a new key needs no deployment. */
export function makeProviders(env: ModelsEnv, now: () => number): () => Promise<readonly Provider[]> {
  if (env.AI_SECRET_ARN === "") {
    const providers = providersOfEnv(env);
    return async () => providers;
  }
  const manager = new SecretsManagerClient({ maxAttempts: 3 });
  let kept: { providers: readonly Provider[]; readAtMs: number } | undefined;
  return async () => {
    if (!kept || now() - kept.readAtMs >= keptMs) {
      const { SecretString } = await manager.send(new GetSecretValueCommand({ SecretId: env.AI_SECRET_ARN }));
      kept = { providers: parseProviders(SecretString ?? ""), readAtMs: now() };
    }
    return kept.providers;
  };
}
