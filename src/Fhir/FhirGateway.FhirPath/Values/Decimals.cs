namespace FhirGateway.FhirPath.Values;

/// <summary>What FHIRPath asks of decimals beyond arithmetic.</summary>
internal static class Decimals
{
    /// <summary>Digits after the point as written, trailing zeros counted.</summary>
    public static int Places(decimal value) => value.Scale;

    /// <summary>
    /// Equal when both are rounded to the places of the less precise one (FHIRPath §6.1.2); trailing zeros don't count as precision.
    /// </summary>
    public static bool AreEquivalent(decimal left, decimal right)
    {
        var places = Math.Min(SignificantPlaces(left), SignificantPlaces(right));
        return Math.Round(left, places, MidpointRounding.AwayFromZero) == Math.Round(right, places, MidpointRounding.AwayFromZero);
    }

    private static int SignificantPlaces(decimal value)
    {
        var places = value.Scale;
        while (places > 0 && decimal.Round(value, places - 1) == value) places--;
        return places;
    }
}
