using System.Globalization;
using FhirGateway.Destination.Probing;
using FhirGateway.Settings;

namespace FhirGateway.Destination;

/// <summary>
/// How a destination is written to: for each point what is done, and why. One plain value, for people and for the program.
/// </summary>
/// <param name="Writes">How what has an identifier is created and updated.</param>
/// <param name="ClientIds">What has no identifier in R4 is put to an id of the gateway's choice; false: it is written under a tag.</param>
/// <param name="References">Who finds what a note refers to.</param>
/// <param name="Predecessor">In which request an earlier version is ended.</param>
/// <param name="Entries">The most entries of one transaction; null for as many as there are.</param>
/// <param name="Patch">An earlier version is ended by a patch; false: it is sent whole.</param>
/// <param name="Prefer">What a transaction's answer shall hold.</param>
public sealed record Strategy(
    Choice<WritesSetting> Writes,
    Choice<bool> ClientIds,
    Choice<ReferencesSetting> References,
    Choice<PredecessorSetting> Predecessor,
    Choice<int?> Entries,
    Choice<bool> Patch,
    Choice<PreferSetting> Prefer)
{
    private const string Default = "default";
    private const string CaseIgnored = "a search showed that it ignores case";

    /// <summary>
    /// The strategy that follows from all that is known. What a site configures comes first, what was seen before what is said.
    /// </summary>
    public static Strategy Of(DestinationOptions options, DestinationFacts facts)
    {
        var site = options.Strategy;
        return new Strategy(
            Configured(site.Writes)
                ?? (facts.Written == WrittenWays.ByClientId
                    ? new Choice<WritesSetting>(WritesSetting.ClientIds, "what it holds was written so")
                    : null)
                ?? (facts.IgnoresCase == true ? new Choice<WritesSetting>(WritesSetting.LookedUp, CaseIgnored) : null)
                ?? (facts.Probe?.ConditionalUpdates == Seen.Refuses
                    ? new Choice<WritesSetting>(WritesSetting.LookedUp, Choice.Saw("refuses conditional updates"))
                    : null)
                ?? new(WritesSetting.Conditional, Default),
            ClientIdsOf(options, facts),
            ReferencesOf(site, facts),
            PredecessorOf(options, facts),
            EntriesOf(options, facts),
            Configured(site.Patch)
                ?? facts.Probe?.Patches switch
                {
                    Seen.Does => new Choice<bool>(true, Choice.Saw("does it")),
                    Seen.Refuses => new Choice<bool>(false, Choice.Saw("refuses patches")),
                    Seen.Pretends => new Choice<bool>(false, Choice.Saw("answers a patch with success and changes nothing")),
                    _ => null,
                }
                ?? (facts.Features?.PatchesWhatIsEnded == false ? new Choice<bool>(false, "its CapabilityStatement names no patch") : null)
                ?? new(true, Default),
            Configured(site.Prefer) ?? new(PreferSetting.Unsaid, Default));
    }

    // A server's idea of a match decides nothing where it is not exact, or where what matches nothing is stored as it is.
    private static Choice<ReferencesSetting> ReferencesOf(StrategyOptions site, DestinationFacts facts) => site.References switch
    {
        ReferencesSetting.Conditional when facts.IgnoresCase == true => new(ReferencesSetting.Resolved, CaseIgnored),
        ReferencesSetting.Conditional when facts.Probe is { UnmatchedReferences: not Seen.Does } => new(
            ReferencesSetting.Resolved, Choice.Saw("does not refuse a reference that matches nothing")),
        { } set => new(set, Choice.Configured),
        null => new(ReferencesSetting.Resolved, Default),
    };

    private static Choice<bool> ClientIdsOf(DestinationOptions options, DestinationFacts facts) => options.ClientIds switch
    {
        ClientIdsSetting.Yes => new(true, Choice.Configured),
        ClientIdsSetting.No => new(false, Choice.Configured),
        _ when facts.RefusedClientIdsAt is { } at => new(false, Choice.Learnt(at)),
        _ when facts.Probe?.ClientIds is Seen.Refuses or Seen.Pretends => new(false, Choice.Saw("takes no ids from clients")),
        _ when facts.Features?.LacksUpdateCreate == true => new(false, "its CapabilityStatement says so (updateCreate)"),
        _ => new(true, Default),
    };

    private static Choice<PredecessorSetting> PredecessorOf(DestinationOptions options, DestinationFacts facts) => facts switch
    {
        { IsShownNotAtomic: false } when options.PredecessorSet is { } set => new(set, Choice.Configured),
        { NotAtomicAt: { } at } => new(
            PredecessorSetting.After, $"it did some entries of a transaction and failed others at {Choice.Text(at)}"),
        { Probe.WholeTransactions: Seen.Pretends } => new(PredecessorSetting.After, Choice.Saw("leaves parts of what can't be done whole")),
        { Features.HasTransactions: not false, Probe.WholeTransactions: Seen.Does } => new(
            PredecessorSetting.SameTransaction, Choice.Saw("leaves nothing of what can't be done whole")),
        { IsShownAtomic: true } => new(PredecessorSetting.SameTransaction, "it refused as a whole what could not be done whole"),
        { Features.HasTransactions: false } => new(PredecessorSetting.After, "its CapabilityStatement names no transactions"),
        _ => new(PredecessorSetting.After, "default, until it shows that it does transactions wholly or not at all"),
    };

    private static Choice<int?> EntriesOf(DestinationOptions options, DestinationFacts facts)
    {
        if (options.EntriesSet is { } set) return new(set, Choice.Configured);
        return facts.RefusedEntries is var (count, at)
            ? new(new EntryLimit(null, count).Target, $"{Choice.Learnt(at)}, of {count} entries")
            : new(null, Default);
    }

    private static Choice<T>? Configured<T>(T? value)
        where T : struct => value is { } set ? new Choice<T>(set, Choice.Configured) : null;
}

/// <summary>One point of a strategy.</summary>
/// <param name="Is">What is done.</param>
/// <param name="Because">Why, in words.</param>
public sealed record Choice<T>(T Is, string Because);

/// <summary>The words for why a point is as it is.</summary>
internal static class Choice
{
    public const string Configured = "configured";

    /// <summary>What a probe saw that the destination does.</summary>
    public static string Saw(string what) => $"a probe saw that it {what}";

    public static string Learnt(DateTimeOffset at) => $"learned from a refusal at {Text(at)}";

    public static string Text(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
