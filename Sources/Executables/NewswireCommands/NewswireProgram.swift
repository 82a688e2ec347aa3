internal import Configuration
internal import Glibc

/// The command line of Newswire.
public enum NewswireProgram {
  /// The version of all of Newswire's programs.
  static let version = "0.1.0"

  /// Runs what the words of this process ask for, and returns the exit status.
  public static func run() async -> Int32 {
    BoundProgram.becomeIfAsked()
    // A reader of the output that goes away is told by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    return await program.runMain(explain: explanation(of:))
  }

  static let program = Program(
    Command(
      "newswire", summary: "the command line of Newswire",
      details: """
        Runs a cluster on this machine, makes certificates, and works with the topics, records and groups of a cluster.

        Commands that talk to a cluster need to know where it is and who you are: --bootstrap, --ca, --cert and --key, or
        the environment variables NEWSWIRE_BOOTSTRAP, NEWSWIRE_CA, NEWSWIRE_CERT and NEWSWIRE_KEY. `newswire dev` writes
        them into a file for your shell.
        """,
      examples: [
        .init("a cluster on this machine", "newswire dev"),
        .init("in another shell: how to reach it", ". newswire-data/client.env"),
        .init("a topic", "newswire topics create news --partitions 6"),
        .init("a record", "echo hello | newswire produce news"),
        .init("all records", "newswire consume news --from beginning --until-end"),
      ],
      subcommands: [
        DevCommand.command, TopicCommands.command, ProduceCommand.command, ConsumeCommand.command,
        GroupCommands.command,
        ClusterCommands.cluster, ClusterCommands.brokers, PartitionCommands.command, CertificateCommands.command,
        BenchCommands.command, SimulateCommand.command,
      ]),
    version: version)
}
