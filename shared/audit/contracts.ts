import { z } from "zod";
import { type Contracts, Media } from "../platform/http/contract.ts";
import { AuditExport, AuditFilter, AuditList, AuditStatistics, AuditStatisticsFilter } from "./schemas.ts";

export const auditContracts = {
  "GET /api/audit": {
    says: "Who did what, newest first",
    query: AuditFilter,
    answers: { 200: AuditList },
  },
  "GET /api/audit/statistics": {
    says: "How much was done, when, what and by whom",
    query: AuditStatisticsFilter,
    answers: { 200: AuditStatistics },
  },
  "GET /api/audit/export": {
    says: 'The audit as a file, a part at a time: the header Link names the next with rel="next"',
    query: AuditExport,
    answers: { 200: new Media({ "application/jsonl": z.string(), "text/csv": z.string() }) },
  },
} as const satisfies Contracts;
