import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const backEnd = "http://127.0.0.1:4400";

/** The dashboard is static files: no inline script or style, so that a strict content security policy holds. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  server: {
    host: "127.0.0.1",
    // The pages of docs/operations stand in the dashboard too.
    fs: { allow: [".."] },
    proxy: {
      "/api": backEnd,
      "/local": backEnd,
      "/session": backEnd,
      "/ws": { target: backEnd, ws: true },
    },
  },
});
