using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Ucum;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary>
/// <c>=</c> as a set needs it: items are equal when it says true, and equal items have one hash. Without a hash, a set of n items
/// takes n² comparisons.
/// </summary>
internal sealed class EqualItems(Evaluation evaluation, int offset) : IEqualityComparer<FhirNode>
{
    public bool Equals(FhirNode? left, FhirNode? right) => Equality.AreEqual(left!, right!, evaluation, offset) == true;

    public int GetHashCode(FhirNode item)
    {
        evaluation.Descend(offset);
        return evaluation.Value(item, offset) switch
        {
            null => item is TypeInfoNode ? item.ToString()!.GetHashCode(StringComparison.Ordinal) : OfChildren(item),
            string text => text.GetHashCode(StringComparison.Ordinal),
            // 1 is equal to 1.0, and to 100 '%'.
            int number => ((decimal)number).GetHashCode(),
            long number => ((decimal)number).GetHashCode(),
            Temporal value => OfTemporal(value),
            Quantity quantity => OfQuantity(quantity),
            { } value => value.GetHashCode(),
        };
    }

    // JSON does not order members of different names, so the order of the children must not count.
    private int OfChildren(FhirNode item)
    {
        var sum = 0;
        foreach (var child in evaluation.Children(item, offset))
        {
            sum += HashCode.Combine(child.JsonName, child.Index ?? 0, GetHashCode(child));
        }

        return sum;
    }

    // Instants are equal whatever their zones, and so are seconds with and without a fraction of zero.
    private static int OfTemporal(Temporal value)
    {
        var isInstant = value.HasTime && value.OffsetMinutes is not null;
        var precision = (TemporalPrecision)Math.Min((int)value.Precision, (int)TemporalPrecision.Second);
        return HashCode.Combine(
            value.Kind == TemporalKind.Time, precision, isInstant, (isInstant ? value.ToUtc() : value).Clock, value.IsLeapSecond);
    }

    private static int OfQuantity(Quantity quantity)
    {
        if (QuantityMath.InBaseUnits(quantity) is not var (amount, dimension))
        {
            return HashCode.Combine(quantity.Value, quantity.Unit, quantity.IsCalendar);
        }

        return dimension.Length == 0 ? amount.GetHashCode() : HashCode.Combine(amount, dimension);
    }
}
