import { type UserPool, UserPoolOperation } from "aws-cdk-lib/aws-cognito";
import { Policy } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Trigger } from "../topology/row.ts";
import { userPoolStatements } from "./grants.ts";
import { RowFunction, type RowProps } from "./row-function.ts";

interface UserPoolTriggerProps extends RowProps {
  trigger: Extract<Trigger, { kind: "user-pool" }>;
}

const operations = { "post-confirmation": UserPoolOperation.POST_CONFIRMATION } as const;

/**
 * A function that a user pool calls. The pool names it, so it is made first and knows nothing of the pool; what it
 * may do there is a policy of its own, made after both.
 */
export class UserPoolTrigger extends Construct {
  readonly #props: UserPoolTriggerProps;
  readonly #function: RowFunction;

  constructor(scope: Construct, id: string, props: UserPoolTriggerProps) {
    super(scope, id);
    this.#props = props;
    this.#function = new RowFunction(this, "Function", props);
  }

  /** From here on that pool calls it, and no other may. */
  hangOn(pool: UserPool): void {
    const { row, trigger } = this.#props;
    pool.addTrigger(operations[trigger.on], this.#function);
    const policy = new Policy(this, "OnPool", { statements: userPoolStatements(row, pool.userPoolArn) });
    this.#function.role?.attachInlinePolicy(policy);
  }
}
