import { type DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeEndpointsCommand, type TimestreamWriteClient } from "@aws-sdk/client-timestream-write";
import type { Choices } from "../choices.ts";
import { topology } from "../topology/index.ts";
import { standbyRows } from "../topology/standby.ts";
import { roomFor } from "./check-concurrency.ts";

export interface AccountClients {
  dynamodb: DynamoDBClient;
  timestream: TimestreamWriteClient;
  lambdaIn(region: string): LambdaClient;
}

export type Verdict =
  /** `notes` say what could not be checked, a sentence each. */
  { kind: "ready"; region: string; notes: string[] } | { kind: "refused"; because: string };

/**
 * Asks the account whether the installation can stand in it, before anything is made. What is refused says in
 * one sentence what is wrong and what would be right.
 */
export async function checkAccount(choices: Choices, clients: AccountClients): Promise<Verdict> {
  const region = await regionOf(clients.dynamodb);
  if (!region) return refused("No region is set: set AWS_REGION, or a region in the profile.");
  const credentials = await faultOf(() => clients.dynamodb.send(new ListTablesCommand({ Limit: 1 })));
  if (credentials && !isDenied(credentials)) {
    return refused(`AWS does not take the credentials of this shell in ${region}: ${told(credentials)}`);
  }
  if (choices.metricStore === "timestream") {
    const fault = await faultOf(() => clients.timestream.send(new DescribeEndpointsCommand({})));
    if (fault) return refused(timestreamSentence(fault, region));
  }
  const notes: string[] = [];
  for (const { rows, where } of reservations(choices, region)) {
    const room = await roomFor(rows, clients.lambdaIn(where), where);
    if (room.kind === "short") return refused(room.because);
    if (room.kind === "unknown") notes.push(room.because);
  }
  return { kind: "ready", region, notes };
}

/** Whose reservations each region has to take. */
function reservations({ reservedConcurrency, secondRegion }: Choices, region: string) {
  if (!reservedConcurrency) return [];
  return [
    { rows: topology, where: region },
    ...(secondRegion ? [{ rows: standbyRows, where: secondRegion }] : []),
  ];
}

const offer = "deploy with -c metricStore=dynamodb instead, which works the same";

function timestreamSentence(fault: Error, region: string): string {
  if (isDenied(fault) && /not authorized to perform/.test(fault.message)) {
    return `These credentials may not call timestream:DescribeEndpoints, so it cannot be known whether Timestream is open to this account: allow it, or ${offer}.`;
  }
  if (isDenied(fault)) {
    return `Timestream for LiveAnalytics is closed to this account (AWS takes no new customers since 2025-06-20): ${offer}.`;
  }
  return `Timestream for LiveAnalytics does not answer in ${region} (${told(fault)}): ${offer}.`;
}

async function regionOf(client: DynamoDBClient): Promise<string | undefined> {
  try {
    return await client.config.region();
  } catch {
    return undefined;
  }
}

async function faultOf(call: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isDenied = ({ name }: Error) => name === "AccessDeniedException";
const told = ({ name, message }: Error) => message || name;
const refused = (because: string): Verdict => ({ kind: "refused", because });
