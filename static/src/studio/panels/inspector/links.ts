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
  'bus-rule': { title: 'Rule', text: 'The bus shows each of its events to the rule, which takes those that its pattern matches.' },
  'rule-target': { title: 'Rule target', text: 'Every event that the rule matches is sent here, tried again for as long and as often as the retry policy says.' },
  'rule-dlq': { title: 'Dead-letter queue of a target', text: 'An event that the target never got is sent here as it was put, with the reason in its message attributes.' },
  'schedule-target': { title: 'Target of a schedule', text: 'Whenever the schedule comes due, it calls this, and tries again for as long and as often as its retry policy says.' },
  'schedule-dlq': { title: 'Dead-letter queue of a schedule', text: 'A call that its target never took is sent here, with the reason in its message attributes.' },
  archive: { title: 'Archive', text: 'The archive keeps the events of the bus, and puts them on it once more when they are replayed.' },
  'api-destination-endpoint': { title: 'Endpoint', text: 'The HTTP requests of the API destination, no more per second than its limit.' },
  'api-integration': { title: 'Integration', text: 'Requests of these routes are answered by this. The client waits meanwhile; after 29 seconds (an HTTP API: 30) it sees 504, and what was called goes on.' },
  's3-eventbridge': { title: 'Events of the bucket', text: 'Everything that happens in the bucket is put on the default event bus.' },
  target: { title: 'Rule target', text: 'Events that match the rule are sent to the target.' },
};

const STREAM: LinkWords = { title: 'Event source mapping', text: 'Lambda reads each shard in order and invokes the function with batches of records. A batch that fails is tried again and blocks its shard, until it succeeds, grows too old, or was tried often enough.' };
/** What a link is where its source makes a difference. */
const FROM: Readonly<Record<string, LinkWords>> = {
  'esm stream': STREAM, 'esm table': STREAM,
};

export const describeLink = (kind: string, source = ''): LinkWords =>
  FROM[`${kind} ${source}`] ?? LINKS[kind] ?? { title: 'Connection', text: `A connection of the kind “${kind}”. It is drawn; nothing travels over it yet.` };
