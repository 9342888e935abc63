using System.Globalization;
using FhirGateway.Benchmarks;

// usage: dotnet run -c Release --project tests/FhirGateway.Benchmarks --
//     validate|first-verdict|fhirpath|translate|flood|accept|ledger [DELIVERED]|deliver [URL]|gateways [LANES]
if (args is [BareKestrel.Argument]) return BareKestrel.Serve();
Func<int>? benchmark = args switch
{
    ["validate"] => ValidateBenchmark.Run,
    ["first-verdict"] => FirstVerdictBenchmark.Run,
    ["fhirpath"] => FhirPathBenchmark.Run,
    ["translate"] => TranslateBenchmark.Run,
    ["flood"] => FloodBenchmark.Run,
    ["accept"] => AcceptBenchmark.Run,
    ["ledger"] => () => LedgerBenchmark.Run(1_000_000),
    ["ledger", var delivered] when int.TryParse(delivered, CultureInfo.InvariantCulture, out var many) => () => LedgerBenchmark.Run(many),
    ["deliver"] => () => DeliverBenchmark.Run(null),
    ["deliver", var server] => () => DeliverBenchmark.Run(new Uri(server)),
    ["gateways"] => () => GatewaysBenchmark.Run(1000),
    ["gateways", var lanes] when int.TryParse(lanes, CultureInfo.InvariantCulture, out var many) => () => GatewaysBenchmark.Run(many),
    _ => null,
};
if (benchmark is null)
{
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project tests/FhirGateway.Benchmarks -- "
            + "validate|first-verdict|fhirpath|translate|flood|accept|ledger [DELIVERED]|deliver [URL]|gateways [LANES]");
    return 2;
}

#if DEBUG
Console.Error.WriteLine("A debug build measures nothing that anybody runs: add -c Release.");
return 1;
#else
Console.WriteLine($"{Environment.ProcessorCount} "
    + $"cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription},"
        + $" {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
try
{
    return benchmark();
}
catch (MissingException missing)
{
    Console.Error.WriteLine(missing.Message);
    return 1;
}
#endif
