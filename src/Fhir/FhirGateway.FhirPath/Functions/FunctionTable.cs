namespace FhirGateway.FhirPath.Functions;

/// <summary>All functions by name.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, Function> ByName =
        new[]
        {
            ExistenceFunctions.All, FilterFunctions.All, SubsetFunctions.All, CombiningFunctions.All, ConversionFunctions.All,
            StringFunctions.All, TextCodingFunctions.All, RegexFunctions.All, MathFunctions.All, BoundaryFunctions.All,
            AggregateFunctions.All, TreeFunctions.All, UtilityFunctions.All, FhirFunctions.All, ConformanceFunctions.All,
            SubsumptionFunctions.All,
        }
        .SelectMany(functions => functions).ToDictionary(function => function.Name, StringComparer.Ordinal);

    public static Function? Find(string name) => ByName.GetValueOrDefault(name);
}
