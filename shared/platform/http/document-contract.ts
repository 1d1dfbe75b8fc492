import { z } from "zod";
import type { Contracts } from "./contract.ts";

export const documentContracts = {
  "GET /api/openapi.json": {
    says: "This description of the API",
    answers: { 200: z.looseObject({ openapi: z.string() }) },
  },
} as const satisfies Contracts;
