using System.Text.Json;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Tests.Cases;

namespace FhirGateway.Oracles.Tests;

/// <summary>
/// Our verdicts beside those of two other validators. FHIRGATEWAY_TEST_MUTATIONS and FHIRGATEWAY_TEST_SEED choose other mutants.
/// </summary>
[Collection(OracleTests.Name)]
public sealed class VerdictTableTests(OracleRoom room)
{
    [Fact]
    public async Task What_this_product_sends_and_publishes_gets_the_oracles_verdict_or_a_listed_reason() =>
        VerdictTable.EveryDifferenceHasAReason(await room.Judge(room.Ours));

    [HL7Fact]
    public async Task Neither_HL7s_validator_nor_ours_finds_an_error_in_what_this_product_sends_and_publishes() =>
        Assert.All(await room.Judge(room.Ours), NobodyObjects);

    [HL7Fact]
    public async Task Neither_finds_an_error_in_notes_that_claim_US_Core()
    {
        var judged = await room.Judge(room.ForUsCore);

        Assert.True(judged.Count >= 4, $"{judged.Count} documents claim US Core");
        Assert.All(judged, NobodyObjects);
    }

    [HL7Fact]
    public async Task The_table_tells_the_verdicts_on_what_this_product_sends_and_publishes() =>
        VerdictTable.Check("This product's bundles and resources", await room.Judge(room.Ours));

    [HL7Fact]
    public async Task The_table_tells_the_verdicts_on_US_Cores_examples() =>
        VerdictTable.Check("US Core 6.1.0's examples", await room.Judge(room.Examples));

    [HL7Fact]
    public async Task The_table_tells_the_verdicts_on_mutants_of_US_Cores_examples() =>
        CheckMutants("Mutants of US Core's examples", await room.Judge(room.ExampleMutants, room.Examples));

    [HL7Fact]
    public async Task The_table_tells_the_verdicts_on_mutants_of_our_bundles() =>
        CheckMutants("Mutants of our bundles", await room.Judge(room.BundleMutants, room.Bundles));

    [SharedFact("conformance/validator-r4")]
    public void The_table_tells_the_verdicts_on_HL7s_public_cases()
    {
        var alone = new FirelyValidator(null);
        var judged = new List<Judged>();
        foreach (var item in ValidatorCase.All.Values)
        {
            var (definitions, profiles) = item.Given();
            var firely = definitions.Any(FirelyValidator.Uses) ? new FirelyValidator(Set(definitions)) : alone;
            var recorded = new Verdict(!item.ExpectsErrors, []);
            judged.Add(new Judged(item.Name, Verdict.Of(item.Run()), recorded, firely.Judge(item.Json, profiles)));
        }

        VerdictTable.Check("HL7's public validator cases", judged);
    }

    private static void NobodyObjects(Judged judged) =>
        Assert.True(
            judged is { Ours.IsValid: true, HL7.IsValid: true },
            $"{judged.Name}: {string.Join('\n', judged.Ours.Errors.Concat(judged.HL7!.Errors))}");

    private static DefinitionSet Set(IReadOnlyList<JsonElement> definitions)
    {
        var set = new DefinitionSet();
        foreach (var definition in definitions) set.Add(definition);
        return set;
    }

    private static void CheckMutants(string title, List<Judged> judged)
    {
        if (Mutant.AreTheUsual) VerdictTable.Check(title, judged);
        else VerdictTable.EveryDifferenceHasAReason(judged);
    }
}
