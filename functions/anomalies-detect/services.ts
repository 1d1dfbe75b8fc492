import { z } from "zod";
import { makeAnomalyStore } from "../../shared/anomalies/anomaly-store.ts";
import { makeBlockCache } from "../../shared/anomalies/block-cache.ts";
import { makeBlockStore } from "../../shared/anomalies/block-store.ts";
import { makeDetect } from "../../shared/anomalies/detect-anomalies.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import { makeForestStore } from "../../shared/anomalies/forest-store.ts";
import { makeOpinions } from "../../shared/anomalies/opinion.ts";
import { makePermits } from "../../shared/anomalies/permit.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_ANOMALIES: z.string(), MODELS_BUCKET: z.string(), BUS_NAME: z.string() });

export const services = onColdStart(() => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_ANOMALIES);
  const detectors = makeDetectorStore(table);
  const anomalies = makeAnomalyStore(table);
  return {
    log: makeLog({ function: "anomalies-detect" }),
    anomalies,
    detect: makeDetect({
      anomalies,
      blocks: makeBlockStore(table),
      directory: makeDirectoryStore(table),
      cache: makeBlockCache(),
      permitOf: makePermits(detectors),
      opinionOf: makeOpinions(detectors, makeForestStore(env.MODELS_BUCKET)),
      publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
    }),
  };
});
export type Services = ReturnType<typeof services>;
