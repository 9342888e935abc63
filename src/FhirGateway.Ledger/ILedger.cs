namespace FhirGateway.Ledger;

/// <summary>
/// The durable record of messages and deliveries: what was answered for survives any crash. It knows bytes and states, not FHIR. Safe for
/// many threads, and for several processes on the same store. Two stores ship: an SQLite file for one machine, PostgreSQL for several.
/// </summary>
public partial interface ILedger : IAsyncDisposable
{
    /// <summary>How many refused calls of one source are kept; older ones give way.</summary>
    const int RefusedCallsKept = 1000;

    /// <summary>
    /// Told of each message once it is indexed: what it owes, or that it came before. Handlers return soon and don't throw.
    /// </summary>
    event Action<RecordedMessage>? Recorded;

    /// <summary>Why accepted messages wait for the index longer than they should; null while all is well.</summary>
    Exception? IndexFailure { get; }

    /// <summary>
    /// Takes a message and returns once the disk has it: from then on it may be answered for. What it owes is found out behind it, also
    /// by the next process after a crash, and told through <see cref="Recorded"/>. A message of the same source and identity is a
    /// duplicate: it is counted, and owes nothing; unless its bytes are others, and bring an event that nobody has. An event that another
    /// message already brought is recorded as a duplicate of it. Callers that race get one message and one delivery between them.
    /// </summary>
    /// <returns>The message's id; of a duplicate nobody ever hears again.</returns>
    Task<string> AcceptAsync(NewMessage message, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="AcceptAsync"/>, and waits for what it owes.</summary>
    Task<Recorded> RecordAsync(NewMessage message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until there may be something to claim: something was recorded, released, replayed or ended in this process, a
    /// delivery's due time or lease has come, or <paramref name="atMost"/> is over (other processes don't signal).
    /// </summary>
    Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>The same for one of several that wait: each is told of all.</summary>
    /// <param name="waiter">Its name, of which there are few.</param>
    Task WaitForWorkAsync(TimeSpan atMost, string waiter, CancellationToken cancellationToken);

    /// <summary>Fails unless a message could be recorded now.</summary>
    /// <param name="leastFreeBytes">How many bytes its disk must have free, where the store's disk is this machine's.</param>
    /// <exception cref="System.Data.Common.DbException">It can't be written.</exception>
    /// <exception cref="IOException">Its disk has fewer free bytes, or the file is gone.</exception>
    Task RequireWritableAsync(long leastFreeBytes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says under which base names are made from now on. Where it is another one than before, each delivery that may have been written
    /// keeps the one it was written under: an answer that was lost tells nothing, and under new names it would be written twice.
    /// </summary>
    /// <param name="nameBase">Opaque; empty for none.</param>
    /// <returns>How many deliveries keep the base before.</returns>
    Task<int> NameUnderAsync(string nameBase, CancellationToken cancellationToken = default);

    /// <summary>All that was learnt of something outside, such as a destination, by name.</summary>
    Task<IReadOnlyDictionary<string, Learnt>> LearntAsync(string subject, CancellationToken cancellationToken = default);

    /// <summary>Keeps what was learnt, in the place of what was known before under the same name.</summary>
    Task LearnAsync(string subject, string name, string value, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds to the counts of refused calls, by source, reason and day, and keeps those of proven senders; the oldest of a source give way
    /// beyond <see cref="RefusedCallsKept"/>.
    /// </summary>
    Task AddRefusalsAsync(
        IReadOnlyCollection<NewRefusals> counts,
        IReadOnlyCollection<NewRefusedCall> calls,
        CancellationToken cancellationToken = default);
}
