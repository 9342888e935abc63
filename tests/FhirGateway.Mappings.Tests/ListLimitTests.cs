using System.Text;
using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests;

/// <summary>A message of more events than one message may tell is refused by name, before any of them is looked at.</summary>
public sealed class ListLimitTests
{
    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    [InlineData(340_000, false)]
    public void An_array_without_end_is_not_taken(int events, bool taken)
    {
        var reading = Read("human-api", $"[{string.Join(',', Enumerable.Repeat("{}", events))}]");

        if (taken)
        {
            Assert.Equal((Verdict.Stored, events), (reading.Verdict, reading.Events.Count));
            return;
        }

        Assert.Equal(Verdict.Invalid, reading.Verdict);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal("too-long", problem.Code);
        Assert.Equal(events > 10_000 ? "/10000" : "/1000", problem.Pointer);
        Assert.Equal(422, Vendors.Named("human-api").AnswerTo(reading.Verdict, reading, reading.Problems).Status);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_message_about_patients_without_end_is_not_taken(int patients, bool taken)
    {
        var patient = """{"patientId":"p1","documents":[]}""";
        var reading = Read("metriport", $$$"""
            {"meta":{"messageId":"m1","type":"medical.document-download"},"patients":[{{{string.Join(',', Enumerable.Repeat(patient, patients))}}}]}
            """);

        Assert.Equal(taken ? Verdict.Stored : Verdict.Invalid, reading.Verdict);
        if (!taken) Assert.Equal("/patients", Assert.Single(reading.Problems).Pointer);
    }

    [Fact]
    public void Every_patient_of_a_message_may_break_a_rule_without_slowing_the_answer_or_making_it_long()
    {
        var reading = Read("metriport", $$$"""
            {"meta":{"messageId":"m1","type":"medical.document-download"},"patients":[{{{string.Join(',', Enumerable.Repeat("{}", 1000))}}}]}
            """);

        Assert.Equal((Verdict.Invalid, 1000), (reading.Verdict, reading.Problems.Count));
        var answer = Vendors.Named("metriport").AnswerTo(reading.Verdict, reading, reading.Problems);
        Assert.Contains("There are 950 more problems.", answer.Body, StringComparison.Ordinal);
        Assert.InRange(answer.Body!.Length, 1, 10_000);
    }

    private static Reading Read(string vendor, string json) =>
        Vendors.Named(vendor).Read(Encoding.UTF8.GetBytes(json), SourceSettings.Default("site", vendor));
}
