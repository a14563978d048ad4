/** What the agent says of policies, in English. */
export const policyEn = {
  fits: (file: string) => `${file}: this host would take it.`,
  refused: (file: string, reason: string) => `${file}: this host would refuse it: ${reason}`,
};

export type PolicyMessages = typeof policyEn;
