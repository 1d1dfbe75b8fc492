/** Jest in ESM mode: swc strips the types, Node runs the modules as they are. */
export default {
  rootDir: ".",
  roots: ["<rootDir>/tests"],
  testMatch: ["**/*.test.ts"],
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: {
    "^.+\\.tsx?$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2024",
          parser: { syntax: "typescript", tsx: false },
        },
        module: { type: "es6" },
      },
    ],
  },
  maxWorkers: 2,
  testTimeout: 20_000,
  globalSetup: "<rootDir>/tests/support/note-grants.ts",
  globalTeardown: "<rootDir>/tests/support/report-grants.ts",
};
