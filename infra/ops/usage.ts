const where = `Where:
  (nothing)         AWS, with the credentials and region of your shell
  --stack <name>    the stack's name there, when it is not SentinelOps
  --laptop          the runtime on this machine (npm start); DATA_DIR names its folder`;

/** What `--help` prints, for all and for each command. */
export const usages = {
  ops: `Looks after a SentinelOps that runs.

  npm run ops -- status [function …]        queues, parked work, oldest message and alarms
  npm run ops -- dlq list                   what was given up on
  npm run ops -- dlq peek [function]        looks at it
  npm run ops -- dlq redrive [function]     hands it to its function again
  npm run ops -- replay --from <t> --to <t> sends a span of events from the archive again
  npm run ops -- audit verify [tenant …]    sees that nobody touched the audit

--help after a command says more. docs/operations/ has a page for every alarm.

${where}`,

  status: `Shows, per function: messages waiting and in hand, age of the oldest, parked work and alarms.
What is in trouble comes first, with what a user loses and the page that says what to do.

  npm run ops -- status                     every function
  npm run ops -- status alerts-evaluate     one, with the names of its queues and logs
  npm run ops -- status --json              for scripts

${where}`,

  dlq: `Works with dead-letter queues: what a function gave up on after its last try.

  npm run ops -- dlq list                        how much lies where
  npm run ops -- dlq peek [function …]           which events; they stay where they are
      --limit <n>   at most so many a function (10)
      --body        with everything in them, which may be personal
  npm run ops -- dlq redrive [function …]        moves them back to the function's queue
      --limit <n>   at most so many a function: one first shows whether the fix holds
      --yes         without asking

A redrive may be repeated and stopped at any moment: consumers know an event they have had.
A function on a schedule has no queue: its parked ticks are dropped, as a later tick does their work.

${where}`,

  audit: `Reads the audit of tenants from the table itself and names every entry that was edited, removed, put in or moved.

  npm run ops -- audit verify                    every tenant
  npm run ops -- audit verify <tenant>           one
      --witness <number>:<hash>   an end of its chain that verify printed earlier: proves that nobody, not even
                                  with every right on the table, made the chain up to there anew

It changes nothing, and its exit code is 1 when it found something.

${where}`,

  replay: `Sends the events of a span from EventBridge's archive to the bus again.

  npm run ops -- replay --from 2026-05-04T08:00:00Z --to 2026-05-04T09:00:00Z
      --only <function>   to one consumer alone, when only its work was lost
      --yes               without asking
      --no-wait           begins it and does not wait for its end

It is harmless: an event has the id it had, and consumers know an id they have had. An event may take
ten minutes to reach the archive. Rules of your own on the bus get the events again too, unless --only
is said. A laptop has no archive.

${where}`,
};
export type HelpTopic = keyof typeof usages;
