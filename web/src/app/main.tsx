import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import "./theme.css";
import "../components/field.css";
import "../components/list.css";
import "../lib/usable-language.ts";
import { App } from "./app.tsx";
import { makeQueryClient } from "./query-client.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no element with the id app.");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <BrowserRouter>
        <App />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
