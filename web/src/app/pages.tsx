import { lazy, Suspense } from "react";
import { Link, Route, Routes } from "react-router";
import { Page } from "../components/panel.tsx";
import { Empty, SkeletonRows } from "../components/states.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";

const Overview = lazy(() => import("../features/overview/overview-page.tsx"));
const Metrics = lazy(() => import("../features/metrics/explorer-page.tsx"));
const Alerts = lazy(() => import("../features/alerts/alerts-page.tsx"));
const Alert = lazy(() => import("../features/alerts/alert-page.tsx"));
const Rules = lazy(() => import("../features/alerts/rules-page.tsx"));
const Rule = lazy(() => import("../features/alerts/rule-page.tsx"));
const Anomalies = lazy(() => import("../features/anomalies/anomalies-page.tsx"));
const Anomaly = lazy(() => import("../features/anomalies/anomaly-page.tsx"));
const WatchedServices = lazy(() => import("../features/anomalies/services-page.tsx"));
const WatchedService = lazy(() => import("../features/anomalies/service-page.tsx"));
const Detectors = lazy(() => import("../features/anomalies/detectors-page.tsx"));
const Incidents = lazy(() => import("../features/incidents/incidents-page.tsx"));
const Incident = lazy(() => import("../features/incidents/incident-page.tsx"));
const PostMortem = lazy(() => import("../features/analysis/post-mortem-page.tsx"));
const Services = lazy(() => import("../features/services/services-page.tsx"));
const Deployments = lazy(() => import("../features/services/deployments-page.tsx"));
const People = lazy(() => import("../features/settings/people-page.tsx"));
const Projects = lazy(() => import("../features/settings/projects-page.tsx"));
const Keys = lazy(() => import("../features/settings/keys-page.tsx"));
const Limits = lazy(() => import("../features/settings/limits-page.tsx"));
const AiUse = lazy(() => import("../features/settings/ai-page.tsx"));
const Audit = lazy(() => import("../features/settings/audit-page.tsx"));
const Sessions = lazy(() => import("../features/settings/sessions-page.tsx"));
const ApiReference = lazy(() => import("../features/settings/api-page.tsx"));
const Channels = lazy(() => import("../features/notifications/channels-page.tsx"));
const NotificationRoutes = lazy(() => import("../features/notifications/routes-page.tsx"));
const Deliveries = lazy(() => import("../features/notifications/deliveries-page.tsx"));
const Inbox = lazy(() => import("../features/notifications/inbox-page.tsx"));
const Health = lazy(() => import("../features/platform/health-page.tsx"));
const Runbook = lazy(() => import("../features/platform/runbook-page.tsx"));

/** Every page is its own chunk; charts come only with the pages that draw them. */
export function Pages() {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="/" element={<Overview />} />
          <Route path="/metrics" element={<Metrics />} />
          <Route path="/alerts" element={<Alerts />} />
          <Route path="/alerts/rules" element={<Rules />} />
          <Route path="/alerts/rules/new" element={<Rule />} />
          <Route path="/alerts/rules/:ruleId" element={<Rule />} />
          <Route path="/alerts/:alertId" element={<Alert />} />
          <Route path="/anomalies" element={<Anomalies />} />
          <Route path="/anomalies/services" element={<WatchedServices />} />
          <Route path="/anomalies/services/:service" element={<WatchedService />} />
          <Route path="/anomalies/detectors" element={<Detectors />} />
          <Route path="/anomalies/:anomalyId" element={<Anomaly />} />
          <Route path="/incidents" element={<Incidents />} />
          <Route path="/incidents/:incidentId" element={<Incident />} />
          <Route path="/incidents/:incidentId/post-mortem" element={<PostMortem />} />
          <Route path="/services" element={<Services />} />
          <Route path="/services/deployments" element={<Deployments />} />
          <Route path="/settings" element={<People />} />
          <Route path="/settings/projects" element={<Projects />} />
          <Route path="/settings/keys" element={<Keys />} />
          <Route path="/settings/limits" element={<Limits />} />
          <Route path="/settings/ai" element={<AiUse />} />
          <Route path="/settings/audit" element={<Audit />} />
          <Route path="/settings/sessions" element={<Sessions />} />
          <Route path="/settings/api" element={<ApiReference />} />
          <Route path="/notifications" element={<Channels />} />
          <Route path="/notifications/routes" element={<NotificationRoutes />} />
          <Route path="/notifications/deliveries" element={<Deliveries />} />
          <Route path="/notifications/inbox" element={<Inbox />} />
          <Route path="/health" element={<Health />} />
          <Route path="/health/:name" element={<Runbook />} />
          <Route path="*" element={<Nowhere />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}

function Loading() {
  return (
    <div className="page">
      <SkeletonRows rows={6} />
    </div>
  );
}

function Nowhere() {
  return (
    <Page title="There is no such page">
      <Empty title="The address leads nowhere">
        <p>
          It may be mistyped, or the thing it named is gone. Start from the <Link to="/">overview</Link>.
        </p>
      </Empty>
    </Page>
  );
}
