/** Names the first stack, the bus and the tables, the same in every region. */
export const installationName = "SentinelOps";
