using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using FhirGateway.Validation;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace FhirGateway.Tests.Guards;

/// <summary>The validator's folders stand on each other like floors: each knows some of those below it, and none above.</summary>
public sealed class ValidatorRoomsTests
{
    private const string Validator = "FhirGateway.Validation";

    // What callers meet. It is above all floors; only the validator that asks a terminology server stands on it.
    private static readonly string[] Door = [nameof(FhirValidator), nameof(ValidationResult)];

    private static readonly Architecture Built = new ArchLoader().LoadAssemblies(typeof(FhirValidator).Assembly).Build();

    /// <summary>The floors from the ground up, which others each may know, and why not more.</summary>
    private static readonly (string Floor, string[] Knows, string Because)[] Floors =
    [
        ("Findings", [], "what can be found is a list of ids, codes and words"),
        ("Definitions", [], "a definition is what somebody published: it is not compiled here"),
        ("Terminology", ["Definitions"], "whether a code is in a set does not depend on who asks"),
        ("Terminology.Remote", ["Terminology"], "a terminology server is asked after a validation, from outside it"),
        ("Instances", ["Findings"], "an instance is read by the shape of its elements, whoever compiled that"),
        ("Formats", ["Findings"], "how a value is written does not depend on where it is"),
        (
            "Rules", ["Findings", "Definitions", "Terminology", "Instances", "Formats"],
            "a rule checks one element; profiles are shapes to it, and applying them is for the walk"
        ),
        (
            "Questionnaires", ["Findings", "Definitions", "Terminology", "Instances", "Rules"],
            "a response is compared with its questionnaire by one rule"
        ),
        (
            "Resources", ["Findings", "Definitions", "Terminology", "Instances", "Formats", "Rules", "Questionnaires"],
            "a rule that is written by hand is a rule like any other: it knows no compiled definition"
        ),
        (
            "Schemas", ["Findings", "Definitions", "Instances", "Rules", "Resources"],
            "a compiled definition is its rules; nothing runs them here"),
        (
            "Slicing", ["Findings", "Terminology", "Instances", "Rules", "Schemas"],
            "which slice an element is in can be told before it is walked"),
        (
            "Walking", ["Findings", "Definitions", "Terminology", "Instances", "Rules", "Schemas", "Slicing"],
            "the walk applies rules and knows none of them"
        ),
    ];

    public static TheoryData<string> Names => [.. Floors.Select(each => each.Floor)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_floor_of_the_validator_knows_only_some_of_those_below_it(string floor)
    {
        var at = Array.FindIndex(Floors, each => each.Floor == floor);
        var (_, knows, because) = Floors[at];
        Assert.Empty(knows.Except(Floors[..at].Select(each => each.Floor)));

        var others = Floors.Select(each => each.Floor).Except(knows).Where(each => each != floor);
        Types().That().ResideInNamespaceMatching(Exactly(floor))
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Exactly([.. others])))
            .Because(because).Check(Built);
    }

    [Fact]
    public void Every_folder_of_the_validator_is_one_of_its_floors()
    {
        var folders = Built.Types.Select(type => type.Namespace.FullName)
            .Where(name => name.StartsWith(Validator + ".", StringComparison.Ordinal))
            .Select(name => name[(Validator.Length + 1)..])
            .Distinct();

        Assert.Equal(Floors.Select(each => each.Floor).Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_floor_of_the_validator_knows_its_door() =>
        Types().That().ResideInNamespaceMatching(
            Exactly([.. Floors.Select(each => each.Floor).Where(floor => floor != "Terminology.Remote")]))
            .Should().NotDependOnAny(
                Types().That().ResideInNamespaceMatching($"^{Validator}$").And().HaveNameMatching($"^({string.Join('|', Door)})$"))
            .Because("whoever reached for the validator itself could reach every floor, and close a ring")
            .Check(Built);

    private static string Exactly(params string[] floors) =>
        $@"^FhirGateway\.Validation\.({string.Join('|', floors.Select(floor => floor.Replace(".", @"\.", StringComparison.Ordinal)))})$";
}
