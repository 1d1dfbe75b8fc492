import type { S3Client } from "@aws-sdk/client-s3";

/** An S3 client over objects in memory, as far as the forest store asks one. */
export function memoryBucket() {
  const objects = new Map<string, Uint8Array>();
  const send = async (command: { input: { Key?: string; Body?: unknown } }) => {
    const { Key = "", Body } = command.input;
    if (Body instanceof Uint8Array) {
      objects.set(Key, new Uint8Array(Body));
      return {};
    }
    const found = objects.get(Key);
    if (!found) throw Object.assign(new Error("none"), { name: "NoSuchKey" });
    return { Body: { transformToByteArray: async () => found } };
  };
  return { objects, client: { send } as unknown as Pick<S3Client, "send"> };
}
