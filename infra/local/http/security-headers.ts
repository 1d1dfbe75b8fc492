/** What CloudFront adds to every answer, so that a page behaves on the laptop as it will in the cloud. */
export const securityHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
} as const;
