import { z } from "zod";
import type { Contracts } from "./contract.ts";

export const healthContracts = {
  "GET /v1/health": {
    says: "Whether this region answers",
    answers: { 200: z.object({ status: z.literal("ok") }) },
  },
} as const satisfies Contracts;
