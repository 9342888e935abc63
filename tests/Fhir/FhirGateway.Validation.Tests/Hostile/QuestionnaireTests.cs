using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Questionnaires and responses, wide and deep, that ask the same again and again.</summary>
[Collection(WeighedAlone.Name)]
public sealed class QuestionnaireTests
{
    private static readonly FhirValidator Plain = new();

    [Fact]
    public void Ten_thousand_answers_are_held_against_their_questions()
    {
        string Of(int count) => Response(
            Many(count, i => $$"""{"linkId":"{{i}}","type":"string","required":true}"""),
            Many(count, i => $$$"""{"linkId":"{{{i}}}","answer":[{"valueString":"a"}]}"""));
        Assert.Empty(Plain.Validate(Of(10_000)).Errors());
        AssertGrowth(Plain, Of(1_000), Of(2_000), 2);
    }

    [Fact]
    public void Items_within_items_are_checked_to_the_bottom()
    {
        var json = Response(
            Nested(25, """{"linkId":"g","type":"group","item":[""", """{"linkId":"q","type":"integer"}""", "]}"),
            Nested(25, """{"linkId":"g","item":[""", """{"linkId":"q","answer":[{"valueString":"a"}]}""", "]}"));
        Assert.Contains(
            "QuestionnaireResponse.item[0]" + string.Concat(
                Enumerable.Repeat(".item[0]", 25)) + ".answer[0].value:questionnaire-type(value)",
            Plain.Validate(json).Errors());
    }

    [Fact]
    public void A_question_asked_twice_at_every_level_is_answered_once()
    {
        // Two questions of one linkId used to be compared with both of their answers, and so on below: 2 to the power of 40.
        string Twice(int depth, string inner) => depth == 0 ? inner : Item(Twice(depth - 1, inner));
        static string Item(string inner) =>
            """{"linkId":"q","type":"group","repeats":true},{"linkId":"q","type":"group","repeats":true,"item":[INNER]}""".Replace(
                "INNER", inner, StringComparison.Ordinal);
        var given = Nested(20, """{"linkId":"q","text":"a"},{"linkId":"q","item":[""", """{"linkId":"q","text":"a"}""", "]}");
        var result = Plain.Validate(Response(Twice(20, """{"linkId":"q","type":"group"}"""), given));
        Assert.Contains("QuestionnaireResponse.contained[0]:que-2(invariant)", result.Errors());
        Assert.InRange(result.Steps, 1, 100_000);
    }

    [Fact]
    public void Conditions_without_number_on_answers_without_number_are_given_up()
    {
        string Of(int count) => Response(
            """{"linkId":"q","type":"decimal","repeats":true},""" + Many(
                count, i => $$"""{"linkId":"{{i}}","type":"string","enableWhen":[{"question":"q","operator":">","answerDecimal":5}]}"""),
            $$"""{"linkId":"q","answer":[{{Many(count, _ => """{"valueDecimal":1}""")}}]}""");
        Assert.Empty(Plain.Validate(Of(200)).Errors());
        Assert.Equal(["QuestionnaireResponse:limits(too-costly)"], Plain.Validate(Of(5_000)).Errors());
    }

    [Fact]
    public void Answers_without_number_to_options_without_number_are_given_up()
    {
        string Of(int count) => Response(
            $$"""{"linkId":"q","type":"choice","repeats":true,"answerOption":[{{Many(count, Coding)}}]}""",
            $$"""{"linkId":"q","answer":[{{Many(count, Coding)}}]}""");
        Assert.Empty(Plain.Validate(Of(300)).Errors());
        Assert.Equal(["QuestionnaireResponse.item[0]:limits(too-costly)"], Plain.Validate(Of(5_000)).Errors());
    }

    private static string Coding(int number) => $$$"""{"valueCoding":{"code":"{{{number}}}"}}""";

    private static string Response(string asked, string given) =>
        $$"""{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"#q","contained":"""
            + $$"""[{"resourceType":"Questionnaire","id":"q","status":"active","item":[{{asked}}]}],"item":[{{given}}]}""";
}
