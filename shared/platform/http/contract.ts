import { z } from "zod";
import type { Ctx } from "../context.ts";
import { NotFound } from "../errors.ts";
import type { Route, Routes } from "../lambda/http-door.ts";
import { fit, type HttpReply, type HttpRequest, readJson } from "./request.ts";

/** A body in formats that the route reads or writes by itself: media type → what it holds. */
export class Media {
  readonly types: Readonly<Record<string, z.ZodType>>;
  constructor(types: Readonly<Record<string, z.ZodType>>) {
    this.types = types;
  }
}

/**
 * What a route promises and demands: what the router parses with is what the API document prints. `null` is an
 * answer without a body; problem details need no mention.
 */
export interface Contract {
  /** One line, as the API's page lists it. */
  says: string;
  query?: z.ZodObject;
  body?: z.ZodType | Media;
  answers: Readonly<Record<number, z.ZodType | Media | null>>;
  /** How it says what went wrong, where that is not problem details: a page's address is read by people. */
  refusals?: Media;
  /**
   * Heeds Idempotency-Key. "secret": the first answer shows what is kept nowhere, so a second try is told that
   * the thing was made, and not what it was.
   */
  creates?: true | "secret";
  /** Counted by the requests that a model answers. */
  limit?: "ai";
}
export type Contracts = Readonly<Record<string, Contract>>;

/** A route that knows its contract. */
export type ContractedRoute<S> = Route<S> & { readonly contract: Contract };

type ParamsOf<Key> = Key extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & ParamsOf<Rest>
  : unknown;

/** A request as its contract promises it. */
export interface Asked<Key, C extends Contract> {
  params: ParamsOf<Key>;
  query: C["query"] extends z.ZodObject ? z.infer<C["query"]> : undefined;
  body: C["body"] extends z.ZodType ? z.infer<C["body"]> : undefined;
  request: HttpRequest;
}

type Fulfilments<C extends Contracts, S> = {
  [Key in keyof C]: (asked: Asked<Key, C[Key]>, ctx: Ctx, services: S) => Promise<HttpReply>;
};

/** Nothing of ours has a longer name. */
const maxParam = 512;

/**
 * The routes of a function from their contracts: each is handed what it was asked for parsed and typed, and the
 * request is refused as Invalid where it does not fit.
 */
export function contracted<const C extends Contracts>(contracts: C) {
  return {
    with<S>(fulfilments: Fulfilments<C, S>): Routes<S> {
      const routes: Record<string, ContractedRoute<S>> = {};
      for (const [key, contract] of Object.entries(contracts)) {
        const fulfil = fulfilments[key as keyof C] as (
          asked: unknown,
          ctx: Ctx,
          services: S,
        ) => Promise<HttpReply>;
        const route: Route<S> = (request, ctx, services) => fulfil(read(contract, request), ctx, services);
        routes[key] = Object.assign(route, { contract });
      }
      return routes;
    },
  };
}

/** The contract of a route, where it has one. */
export function contractOf<S>(route: Route<S>): Contract | undefined {
  return "contract" in route ? (route as ContractedRoute<S>).contract : undefined;
}

function read(contract: Contract, request: HttpRequest) {
  for (const [name, value] of Object.entries(request.params)) {
    if (value.length > maxParam) throw new NotFound(name, `${value.slice(0, 50)}…`);
  }
  return {
    params: request.params,
    query: contract.query ? fit(contract.query, request.query, "query") : undefined,
    body: contract.body instanceof z.ZodType ? readJson(request, contract.body) : undefined,
    request,
  };
}
