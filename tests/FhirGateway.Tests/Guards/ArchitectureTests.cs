using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using FhirGateway.Cluster;
using FhirGateway.FhirPath;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Packages;
using FhirGateway.Sandbox;
using FhirGateway.Validation;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace FhirGateway.Tests.Guards;

/// <summary>
/// Who may know whom: the projects of src/, the program's folders, and the vendors' folders. docs/architecture.md shows the same picture
/// for readers; where the two differ, this one is right.
/// </summary>
public sealed class ArchitectureTests
{
    private const string Wrong = "FhirGateway.Tests.Guards.Wrong";

    private static readonly Architecture Built = new ArchLoader().LoadAssemblies(
        typeof(GatewayHost).Assembly,
        typeof(ILedger).Assembly,
        typeof(ClusterMember).Assembly,
        typeof(VendorDefinition).Assembly,
        typeof(SandboxServer).Assembly,
        typeof(FhirPathExpression).Assembly,
        typeof(FhirValidator).Assembly,
        typeof(PackageCache).Assembly,
        GatewayHost.Vendors.Vendors[0].GetType().Assembly,
        typeof(ArchitectureTests).Assembly).Build();

    /// <summary>A namespace (and all below it), the others of the picture that it may know, and why not more.</summary>
    private static readonly (string Room, string[] Knows, string Because)[] Picture =
    [
        ("FhirGateway.FhirPath", [], "the language is a product of its own"),
        ("FhirGateway.Packages", [], "packages are files and archives: what is in them is for others to read"),
        ("FhirGateway.Validation", ["FhirGateway.FhirPath"], "the validator works on JSON bytes and serves anybody"),
        ("FhirGateway.Mapping", [], "a mapping is pure: bytes in, values out"),
        ("FhirGateway.Ledger", [], "the ledger knows bytes and states, not FHIR"),
        ("FhirGateway.Cluster", [], "which gateway has a lane does not hang on what goes out in it"),
        ("FhirGateway.Sandbox", ["FhirGateway.FhirPath"], "the sandbox is a FHIR server like any other: it must not know who calls"),
        ("FhirGateway.Settings", [], "settings are data only"),
        ("FhirGateway.Telemetry", [], "what is counted and logged are words and numbers"),
        (
            "FhirGateway.Sources", ["FhirGateway.Settings", "FhirGateway.Mapping"],
            "a source is its vendor and its live secrets, nothing that moves"),
        (
            "FhirGateway.Destination", ["FhirGateway.Settings", "FhirGateway.Telemetry", "FhirGateway.Mapping"],
            "what a FHIR server's answers mean does not hang on who sends"
        ),
        (
            "FhirGateway.Receiving",
            ["FhirGateway.Sources", "FhirGateway.Settings", "FhirGateway.Telemetry", "FhirGateway.Mapping", "FhirGateway.Ledger"],
            "a vendor is answered once its message is on disk: nothing on that way may deliver"
        ),
        (
            "FhirGateway.Pipeline",
            [
                "FhirGateway.Receiving", "FhirGateway.Sources", "FhirGateway.Destination", "FhirGateway.Settings", "FhirGateway.Telemetry",
                "FhirGateway.Mapping", "FhirGateway.Ledger", "FhirGateway.Cluster", "FhirGateway.Validation", "FhirGateway.Packages",
            ],
            "stages meet here, and the pipeline must not know who asks it"
        ),
        (
            "FhirGateway.Api",
            [
                "FhirGateway.Receiving", "FhirGateway.Sources", "FhirGateway.Settings", "FhirGateway.Destination", "FhirGateway.Ledger",
                "FhirGateway.Mapping"],
            "the API shows what the ledger holds and takes correlations: it translates and sends nothing itself"
        ),
    ];

    public static TheoryData<string> Rooms => [.. Picture.Select(each => each.Room)];

    public static TheoryData<string> Vendors => [.. GatewayHost.Vendors.Vendors.Select(vendor => vendor.GetType().Namespace!)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_its_neighbours(string room)
    {
        var (_, knows, because) = Picture.Single(each => each.Room == room);
        var strangers = Picture.Select(each => each.Room)
            .Append("FhirGateway.CommandLine")
            .Append("FhirGateway.Mappings")
            .Except(knows)
            .Where(each => each != room);

        Rule(room, strangers, because).Check(Built);
    }

    [Fact]
    public void Nobody_but_the_command_line_knows_how_the_program_is_put_together() =>
        Types().That().ResideInNamespaceMatching(Below([.. Picture.Select(each => each.Room)])).Should().NotDependOnAny(typeof(GatewayHost))
            .Because("whoever reached for the host could reach everything").Check(Built);

    [Theory]
    [MemberData(nameof(Vendors))]
    public void A_vendors_folder_knows_the_mapping_language_and_no_other_vendor(string vendor)
    {
        // Validation: only its list of the registered language tags.
        var known = string.Join('|', new[]
        {
            vendor, "FhirGateway.Mapping", "FhirGateway.Validation.Terminology", "Hl7.Fhir", "FluentValidation", "System", "Microsoft.CodeAnalysis",
        }.Select(name => name.Replace(".", @"\.", StringComparison.Ordinal)));

        Types().That().ResideInNamespaceMatching(Below(vendor))
            .Should().NotDependOnAny(Types(true).That().ResideInNamespaceMatching($@"^(?!({known})(\.|$)).+"))
            .Because("a vendor must cost one folder: it stands on the mapping language, the FHIR SDK and FluentValidation alone")
            .Check(Built);
    }

    [Fact]
    public void A_forbidden_reference_is_found_and_the_reason_is_told()
    {
        var failure = Assert.Throws<FailedArchRuleException>(
            () => Rule($"{Wrong}.Knowing", [$"{Wrong}.Known"], "this pair is wrong on purpose").Check(Built));

        Assert.Contains("this pair is wrong on purpose", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Guards.Wrong.Knowing.Knower), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_permitted_reference_is_not_found() => Rule($"{Wrong}.Known", [$"{Wrong}.Knowing"], "it refers to nothing").Check(Built);

    private static TypesShouldConjunctionWithDescription Rule(string room, IEnumerable<string> strangers, string because) =>
        Types().That().ResideInNamespaceMatching(Below(room))
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Below([.. strangers])))
            .Because(because);

    private static string Below(params string[] namespaces) =>
        $@"^({string.Join('|', namespaces.Select(name => name.Replace(".", @"\.", StringComparison.Ordinal)))})(\.|$)";
}
