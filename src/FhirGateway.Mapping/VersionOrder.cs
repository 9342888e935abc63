namespace FhirGateway.Mapping;

/// <summary>Which of two versions of a document is the later one.</summary>
public static class VersionOrder
{
    /// <summary>
    /// A version's place in time, as text. By the vendor's own time and then by receipt; by receipt alone where the vendor gives no time,
    /// or one that is further ahead of receipt than a clock may be wrong.
    /// </summary>
    internal static string Of(Moment moment, DateTimeOffset receivedAt, TimeSpan tolerance)
    {
        var receipt = Moment.Of(receivedAt).Sortable;
        return IsAhead(moment, receivedAt, tolerance) ? $"{receipt}|{receipt}" : $"{moment.Sortable}|{receipt}";
    }

    /// <summary>Whether a time is further ahead of receipt than a clock may be wrong.</summary>
    internal static bool IsAhead(Moment moment, DateTimeOffset receivedAt, TimeSpan tolerance) => moment.Time - receivedAt > tolerance;

    /// <summary>
    /// Below zero when the first is earlier, above when it is later, zero when only the order of recording can tell. Two vendor's times are
    /// compared as such. A version that is known by its receipt alone is later than what was recorded before it, whatever the clock said:
    /// a clock that was set back in between would make the old version the current one for ever.
    /// </summary>
    /// <param name="tolerance">How far a time may be ahead of receipt: versions recorded without that rule are held to it, too.</param>
    public static int Compare(string one, string other, TimeSpan tolerance)
    {
        var (first, second) = (Parts.Of(one, tolerance), Parts.Of(other, tolerance));
        return first.IsByReceipt || second.IsByReceipt ? 0 : string.CompareOrdinal(first.Time, second.Time);
    }

    private readonly record struct Parts(string Time, bool IsByReceipt)
    {
        public static Parts Of(string order, TimeSpan tolerance)
        {
            var parts = order.Split('|');
            var (time, receipt) = parts is [var before, var after, ..] ? (before, after) : (order, order);
            var isKnown = Moment.TryParse(time, null, out var moment) & Moment.TryParse(receipt, null, out var received);
            return new Parts(time, time == receipt || (isKnown && IsAhead(moment!, received!.Time, tolerance)));
        }
    }
}
