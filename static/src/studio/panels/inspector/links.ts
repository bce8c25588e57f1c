/** What each kind of link is, said once: the inspector's title and sentence. */
interface LinkWords { title: string; text: string }

const LINKS: Readonly<Record<string, LinkWords>> = {
  send: { title: 'Send', text: 'Your messages and traffic enter the queue here (sqs:SendMessage).' },
  esm: { title: 'Event source mapping', text: 'Lambda polls the source, receives messages in batches and invokes the function with each batch. When the function fails, the batch becomes visible again after the visibility timeout.' },
  redrive: { title: 'Redrive policy', text: 'A message that was received as often as the policy allows, and is asked for once more, moves to the dead-letter queue instead.' },
  'async-dlq': { title: 'Dead-letter queue of asynchronous invocations', text: 'An asynchronous invocation that failed on every attempt is sent here.' },
  destination: { title: 'Destination', text: 'The outcome of an asynchronous invocation is sent here.' },
  'sfn-task': { title: 'Task', text: 'States of the machine call this, with the parameters that their definition gives them, and go on with the answer.' },
  subscription: { title: 'Subscription', text: 'The topic delivers each published message to the subscriber.' },
  target: { title: 'Rule target', text: 'Events that match the rule are sent to the target.' },
};

export const describeLink = (kind: string): LinkWords =>
  LINKS[kind] ?? { title: 'Connection', text: `A connection of the kind “${kind}”. It is drawn; nothing travels over it yet.` };
