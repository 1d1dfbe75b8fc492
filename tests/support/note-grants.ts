import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Before the first test: the runtimes that tests start note the grants they use in one file. */
export default function noteGrants(): void {
  process.env["GRANTS_USED"] ??= join(mkdtempSync(join(tmpdir(), "sentinelops-grants-")), "used");
}
