export { type DeploymentStore, makeDeploymentStore } from "./deployment-store.ts";
export { listDeployments, readDeployment } from "./read-deployments.ts";
export { type RecordDeps, recordDeployment } from "./record-deployment.ts";
