import type { Target } from "./request.ts";

/** The failure of an AWS call, with what to do about it; everything else as it is. */
export function nextStep(error: unknown, target: Target): unknown {
  if (!(error instanceof Error)) return error;
  const advice = adviceFor(error, target);
  return advice === undefined ? error : new Error(advice, { cause: error });
}

function adviceFor(error: Error & { code?: string }, target: Target): string | undefined {
  if (target.kind === "laptop") {
    return error.code === "ECONNREFUSED"
      ? `Nothing answers on ${target.dataDir}: the runtime has ended. Start it with npm start in another terminal.`
      : undefined;
  }
  const laptop = "For the runtime on this machine add --laptop.";
  switch (error.name) {
    case "CredentialsProviderError":
      return `There are no AWS credentials in this shell (${error.message}). Sign in, for instance with aws sso login, or set AWS_PROFILE. ${laptop}`;
    case "ExpiredToken":
    case "ExpiredTokenException":
      return `The AWS credentials of this shell have run out. Sign in again, for instance with aws sso login. ${laptop}`;
    case "AccessDenied":
    case "AccessDeniedException":
      return `AWS refused: ${error.message}. Use credentials that may do this.`;
  }
  return error.message.includes("Region is missing")
    ? `No region is set. Say it with AWS_REGION or in your AWS profile. ${laptop}`
    : undefined;
}
