/** Events to begin with: one of a program's own, and known ones of AWS's services, shaped as AWS documents them ("Events from AWS services"). */
export interface EventSample { name: string; source: string; detailType: string; detail: Record<string, unknown> }

export const SAMPLES: readonly EventSample[] = [
  { name: 'An order of your own', source: 'shop.orders', detailType: 'OrderPlaced', detail: { orderId: 'ord_1', amount: 4200, country: 'CH' } },
  {
    name: 'S3: object created', source: 'aws.s3', detailType: 'Object Created',
    detail: { version: '0', bucket: { name: 'uploads' }, object: { key: 'photos/1.jpg', size: 5120, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '00617F08299329D189' }, 'request-id': 'N4N7GDK58NMKJ12R', requester: '123456789012', reason: 'PutObject' },
  },
  { name: 'EC2: instance changes state', source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification', detail: { 'instance-id': 'i-0123456789abcdef0', state: 'terminated' } },
  {
    name: 'Step Functions: execution ended', source: 'aws.states', detailType: 'Step Functions Execution Status Change',
    detail: { name: 'order-1', stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:orders', status: 'FAILED', input: '{}', output: null },
  },
  { name: 'CodePipeline: stage failed', source: 'aws.codepipeline', detailType: 'CodePipeline Stage Execution State Change', detail: { pipeline: 'deploy', version: 1, stage: 'Prod', state: 'FAILED' } },
  { name: 'CloudWatch: alarm', source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', detail: { alarmName: 'queue-is-old', state: { value: 'ALARM', reason: 'Threshold crossed' }, previousState: { value: 'OK' } } },
  { name: 'Health: a service has trouble', source: 'aws.health', detailType: 'AWS Health Event', detail: { service: 'SQS', eventTypeCategory: 'issue', eventTypeCode: 'AWS_SQS_OPERATIONAL_ISSUE', statusCode: 'open' } },
];

/** The event as a rule would see it. */
export const envelope = ({ source, detailType, detail }: EventSample, { region, account }: { region: string; account: string }): Record<string, unknown> => ({
  version: '0', id: '7bf73129-1428-4cd3-a780-95db273d1602', 'detail-type': detailType, source, account, time: '2026-01-01T00:00:00Z', region, resources: [], detail,
});
