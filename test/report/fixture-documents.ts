/** The two files that the fixture's run was made from. */
export const ENVIRONMENT_YAML = `# yaml-language-server: $schema=../schema/environment.schema.json
name: dual-mirror
title: Two zones; each keeps its own source stream and a mirror of the other's

nats: "2.12"                      # a released version or series; --nats overrides it

accounts:
  APP: { jetstream: true, users: { app: { password: "***" } } }
  SYS: { system: true, users: { sys: { password: "***" } } }

clusters:
  qa1a:
    nodes: [js1-qa1a, js2-qa1a, js3-qa1a]
    ports: { client: 16222, cluster: 17222, monitor: 18222 }   # the first node's; left out: free ones
    jetstream: { domain: qa1a, maxFile: 4GiB, syncInterval: 2m }
  qa1b:
    nodes: [js1-qa1b, js2-qa1b, js3-qa1b]
    jetstream: { domain: qa1b }

links:                            # how clusters reach one another
  - { kind: leafnode, from: qa1b, to: qa1a, account: APP }     # or { kind: gateway, between: [cluster1, cluster2] }

streams:
  qa1a/qa:             { subjects: ["events.qa.qa1a.>"], replicas: 3 }
  qa1a/qa_mirror_qa1b: { mirror: qa1b/qa, replicas: 3 }
  qa1b/qa:             { subjects: ["events.qa.qa1b.>"], replicas: 3 }
  qa1b/qa_mirror_qa1a: { mirror: qa1a/qa, replicas: 3 }

consumers:
  qa1a/qa/consumer-qa1a:                    { ackWait: 30s }
  qa1a/qa_mirror_qa1b/consumer-qa1a-mirror: { ackWait: 30s }
  qa1b/qa/consumer-qa1b:                    { ackWait: 30s }
  qa1b/qa_mirror_qa1a/consumer-qa1b-mirror: { ackWait: 30s }

services: {}                      # anything else that runs beside NATS: command or image, replicas, health check, ports
`;

export const EXPERIMENT_YAML = `# yaml-language-server: $schema=../schema/experiment.schema.json
name: partition-recovery
title: A partition between the zones loses, repeats and reorders nothing, and mirrors catch up by themselves
environment: dual-mirror
tags: [nightly, mirror]

workloads:
  publish-qa1a:        { kind: publish, stream: qa1a/qa, subject: events.qa.qa1a.orders, rate: 200/s, size: 256B }
  publish-qa1b:        { kind: publish, stream: qa1b/qa, subject: events.qa.qa1b.orders, rate: 200/s, size: 256B }
  consume-qa1a:        { kind: consume, consumer: qa1a/qa/consumer-qa1a }
  consume-qa1a-mirror: { kind: consume, consumer: qa1a/qa_mirror_qa1b/consumer-qa1a-mirror }
  consume-qa1b:        { kind: consume, consumer: qa1b/qa/consumer-qa1b }
  consume-qa1b-mirror: { kind: consume, consumer: qa1b/qa_mirror_qa1a/consumer-qa1b-mirror }

steadyState:                      # must hold before the method begins, and again at its end
  - { kind: mirror-lag, stream: qa1a/qa_mirror_qa1b, max: 100, within: 10s }
  - { kind: mirror-lag, stream: qa1b/qa_mirror_qa1a, max: 100, within: 10s }

method:
  - phase: baseline
    for: 5s
  - phase: partition
    faults: [{ kind: partition, between: [qa1a, qa1b] }]     # healed when its phase ends, unless keep: true
    for: 12s
    expect:                       # sampled all through the phase
      - { kind: ack-floor, consumer: qa1a/qa/consumer-qa1a, advances: true }
      - { kind: ack-floor, consumer: qa1b/qa/consumer-qa1b, advances: true }
      - { kind: ack-floor, consumer: qa1a/qa_mirror_qa1b/consumer-qa1a-mirror, advances: false, after: 2s }
      - { kind: mirror-lag, stream: qa1a/qa_mirror_qa1b, grows: true }
      - { kind: mirror-state, stream: qa1a/qa_mirror_qa1b, is: disconnected, within: 10s }
  - phase: recovery
    until: steady                 # waits for the steady state; the time it takes is the recovery time
    within: 3m                    # mirrors may take half a minute by themselves; see nats-facts.md
  - phase: afterwards
    for: 5s

checks:                           # over the whole history, once every workload has drained
  - { kind: no-loss, published: publish-qa1a, received: [consume-qa1a, consume-qa1b-mirror] }
  - { kind: no-loss, published: publish-qa1b, received: [consume-qa1b, consume-qa1a-mirror] }
  - { kind: no-duplicates, received: [consume-qa1a, consume-qa1a-mirror, consume-qa1b, consume-qa1b-mirror] }
  - { kind: ordered, received: [consume-qa1a, consume-qa1a-mirror, consume-qa1b, consume-qa1b-mirror] }
  - { kind: identical, streams: [qa1a/qa, qa1b/qa_mirror_qa1a] }

thresholds:
  - { metric: recovery-time, phase: recovery, max: 60s }
  - { metric: publish-latency, workload: publish-qa1a, phase: partition, p99: 250ms }
`;
