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
  'firehose-source': { title: 'Source of a delivery stream', text: 'Firehose reads each record of the stream and gathers it.' },
  'firehose-transform': { title: 'Transformation', text: 'Gathered records go to the function, which answers each as Ok, Dropped or ProcessingFailed; a call that fails is tried three times more.' },
  'firehose-destination': { title: 'Delivery', text: 'What was gathered is written as one object once it is large enough or old enough.' },
  'firehose-backup': { title: 'Backup', text: 'Records as they came are written here, beside what was made of them.' },
  'appsync-datasource': { title: 'Data source', text: 'Resolvers of the API ask this for the fields of a request; the client waits for all of them.' },
  'api-authorizer': { title: 'Authorizer', text: 'The function is asked before the integration whether a request may pass; its answer is kept for as long as it says.' },
  'ecs-poll': { title: 'Work of a container', text: 'Containers of the task receive messages from the queue themselves and delete what they have done; what fails comes back after the visibility timeout.' },
  'ecs-service-task': { title: 'Tasks of a service', text: 'The service keeps as many of these tasks running as it is asked to, starts anew what stops, and scales by its policies.' },
  'ecs-service-cluster': { title: 'Cluster', text: 'Where the tasks of the service run.' },
  'ddb-kinesis-stream': { title: 'Changes to a stream', text: 'Every change of an item is put into the Kinesis stream.' },
  'pipe-source': { title: 'Source of a pipe', text: 'The pipe reads this in batches, filters, enriches and sends on what is left.' },
  'pipe-enrichment': { title: 'Enrichment', text: 'The pipe calls this with its batch and goes on with the answer.' },
  'pipe-target': { title: 'Target of a pipe', text: 'The pipe sends its batch here; what fails is tried again as the source has it.' },
  'pipe-dlq': { title: 'Dead-letter queue of a pipe', text: 'What the pipe gave up of a stream is told here, with where in the stream it stands.' },
  'esm-on-failure': { title: 'Destination on failure', text: 'What the mapping gave up is told here: which records of which shard, and how often they were tried.' },
  target: { title: 'Rule target', text: 'Events that match the rule are sent to the target.' },
};

const STREAM: LinkWords = { title: 'Event source mapping', text: 'Lambda reads each shard in order and invokes the function with batches of records. A batch that fails is tried again and blocks its shard, until it succeeds, grows too old, or was tried often enough.' };
/** What a link is where its source makes a difference. */
const FROM: Readonly<Record<string, LinkWords>> = {
  'esm stream': STREAM, 'esm table': STREAM,
};

export const describeLink = (kind: string, source = ''): LinkWords =>
  FROM[`${kind} ${source}`] ?? LINKS[kind] ?? { title: 'Connection', text: `A connection of the kind “${kind}”. It is drawn; nothing travels over it yet.` };
