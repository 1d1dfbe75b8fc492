import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { lazily } from "../platform/lambda/lazily.ts";
import { type IsolationForest, loadForest, saveForest } from "./isolation-forest.ts";
import { vectorBlockId, type WatchedService } from "./watched-service.ts";

/** A forest as it is asked: what its columns are, and beyond which isolation only one of a hundred own rows lay. */
export interface Forest {
  version: number;
  seriesIds: string[];
  rareAbove: number;
  forest: IsolationForest;
}

const Head = z.object({ version: z.int(), seriesIds: z.array(z.string()), rareAbove: z.number() });

export type ForestStore = ReturnType<typeof makeForestStore>;

/** Forests as objects of S3, one for each service and version; the client is loaded at the first use. */
export function makeForestStore(bucket: string, endpoint?: Pick<S3Client, "send">) {
  const client = lazily(async () => {
    const { S3Client, GetObjectCommand, PutObjectCommand } = await import("@aws-sdk/client-s3");
    // By path the bucket is found on a laptop too.
    const s3 = endpoint ?? new S3Client({ forcePathStyle: true, maxAttempts: 4 });
    return { s3, GetObjectCommand, PutObjectCommand };
  });
  const keyOf = (tenantId: string, watched: WatchedService, version: number) =>
    `forests/${tenantId}/${vectorBlockId(watched)}/${version}`;

  return {
    async save(tenantId: string, watched: WatchedService, { forest, ...head }: Forest): Promise<void> {
      const { s3, PutObjectCommand } = await client();
      const json = Buffer.from(JSON.stringify(head));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(json.length);
      const Body = Buffer.concat([length, json, saveForest(forest)]);
      await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: keyOf(tenantId, watched, head.version), Body }),
      );
    },

    /** undefined where there is none, or it is of another layout. */
    async load(tenantId: string, watched: WatchedService, version: number): Promise<Forest | undefined> {
      const { s3, GetObjectCommand } = await client();
      const bytes = await s3
        .send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(tenantId, watched, version) }))
        .then((answer) => answer.Body?.transformToByteArray())
        .catch((error: unknown) => {
          // Whoever may not list a bucket is told AccessDenied of what is not there.
          if (error instanceof Error && ["NoSuchKey", "AccessDenied"].includes(error.name)) return undefined;
          throw error;
        });
      if (!bytes) return undefined;
      const end = 4 + Buffer.from(bytes).readUInt32LE(0);
      const head = Head.parse(JSON.parse(Buffer.from(bytes.subarray(4, end)).toString()));
      const forest = loadForest(bytes.slice(end));
      return forest && { ...head, forest };
    },
  };
}
