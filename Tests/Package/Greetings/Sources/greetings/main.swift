import Foundation
import NewswireClient

// How to reach the cluster: NEWSWIRE_BOOTSTRAP, NEWSWIRE_CA, NEWSWIRE_CERT, NEWSWIRE_KEY.
let client = try NewswireClient(ClientConfiguration(environment: ProcessInfo.processInfo.environment))
let topic = CommandLine.arguments[1]
try await client.admin.createTopic(topic, partitions: 3)

let producer = client.producer()
try await withThrowingTaskGroup(of: Void.self) { group in
  for number in 1...10 {
    group.addTask { try await producer.send(ProducerRecord(topic: topic, key: "\(number)", value: "hello \(number)")) }
  }
  try await group.waitForAll()
}
try await producer.close()

let member = client.groupConsumer(group: "readers-of-\(topic)", topics: [topic])
var read = 0
for try await record in member.records {
  print(record.keyText ?? "-", record.text ?? "-")
  read += 1
  if read == 10 { break }
}
try await member.close()
await client.close()
