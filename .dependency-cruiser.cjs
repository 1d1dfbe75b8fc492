/** The import direction: events <- shared/platform <- shared/<domain> <- functions <- infra. */
const awsClients = "^node_modules/(@aws-sdk|@smithy)/";
module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "Files that need each other to load cannot be read one at a time; types may point back.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "events-stand-alone",
      comment: "Contracts import no code of ours.",
      severity: "error",
      from: { path: "^events/" },
      to: { path: "^(shared|functions|infra|web|tests)/" },
    },
    {
      name: "platform-knows-no-domain",
      comment:
        "Redaction stands below all domains and imports nothing of ours: the log masks what it writes.",
      severity: "error",
      from: { path: "^shared/platform/" },
      to: { path: "^(shared/(?!platform/|redaction/index\\.ts$)|functions|infra|web|tests)" },
    },
    {
      name: "redaction-stands-alone",
      severity: "error",
      from: { path: "^shared/redaction/" },
      to: { path: "^(events|shared/(?!redaction/)|functions|infra|web|tests)" },
    },
    {
      name: "shared-below-functions",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(functions|infra|web|tests)/" },
    },
    {
      name: "domains-meet-at-the-index",
      comment: "One domain reads another through its index.ts or its schemas.ts.",
      severity: "error",
      from: { path: "^shared/([^/]+)/" },
      to: {
        path: "^shared/(?!platform/)([^/]+)/",
        pathNot: ["^shared/$1/", "^shared/[^/]+/(index|schemas)\\.ts$"],
      },
    },
    {
      name: "functions-are-islands",
      severity: "error",
      from: { path: "^functions/([^/]+)/" },
      to: { path: "^(functions/(?!$1/)|infra|web|tests)" },
    },
    {
      name: "web-sees-contracts-only",
      severity: "error",
      from: { path: "^web/src/" },
      to: { path: "^(infra|functions|tests)/|^shared/(?![^/]+/schemas\\.ts$)" },
    },
    {
      name: "aws-clients-at-the-edge",
      comment: "AWS clients appear in shared/platform/aws, in *-store.ts and in services.ts only.",
      severity: "error",
      from: {
        path: "^(events|shared|functions)/",
        pathNot: ["^shared/platform/aws/", "-store\\.ts$", "/services\\.ts$"],
      },
      to: { path: awsClients },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js"] },
  },
};
