using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.FhirPath.Tests;

/// <summary>The expressions that R4 itself is written in.</summary>
public sealed class R4ExpressionTests
{
    [Fact]
    public void Every_invariant_of_R4_compiles()
    {
        var expressions = R4Types.TypeNames.Select(name => R4Types.Type(name)!)
            .Concat(R4Definitions.ProfileUrls.Select(url => R4Definitions.Structure(url)!))
            .SelectMany(structure => structure.Elements.SelectMany(element => element.Constraints).Select(
                constraint => constraint.Expression).Concat(structure.ContextInvariants))
            .OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        Assert.True(expressions.Count > 200, $"only {expressions.Count} expressions");
        Assert.Empty(NotCompiling(expressions));
    }

    [Fact]
    public void Every_search_parameter_expression_of_R4_compiles()
    {
        var parameters = R4Types.ResourceTypes.SelectMany(
            type => R4SearchParameters.For(type).Values).DistinctBy(parameter => parameter.Url).ToList();
        Assert.True(parameters.Count > 1300, $"only {parameters.Count} parameters");
        Assert.Empty(NotCompiling(parameters.Select(parameter => parameter.Expression).Concat(
            parameters.SelectMany(parameter => parameter.Components).Select(component => component.Expression)).OfType<string>()));
    }

    [Fact]
    public void Every_search_parameter_expression_of_R4_passes_the_type_check()
    {
        var failing = new List<string>();
        foreach (var type in R4Types.ResourceTypes)
        {
            foreach (var parameter in R4SearchParameters.For(type).Values.Where(
                parameter => parameter.Base.Count == 1 && parameter.Expression is not null))
            {
                try
                {
                    FhirPathExpression.Compile(parameter.Expression!).Check(type);
                }
                catch (FhirPathException error)
                {
                    failing.Add($"{type}.{parameter.Code}: {parameter.Expression}: {error.Message}");
                }
            }
        }

        Assert.Empty(failing);
    }

    [Theory]
    [InlineData("#o1", true)]
    [InlineData("Organization/o1", false)]
    public void The_invariants_of_a_resource_tell_whether_what_it_contains_is_referred_to(string reference, bool expected)
    {
        var patient = Resources.Node($$"""
            {"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o1","name":"Acme"}],
            "managingOrganization":{"reference":"{{reference}}"},
             "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Acme's</div>"} }
            """);
        foreach (var constraint in R4Types.Type("Patient")!.Elements[0].Constraints)
        {
            var holds = FhirPathExpression.Compile(constraint.Expression!).IsTrue(patient, EvaluationContext.Search);
            Assert.True(holds == (constraint.Key != "dom-3" || expected), $"{constraint.Key} gives {holds}: {constraint.Expression}");
        }
    }

    private static IEnumerable<string> NotCompiling(IEnumerable<string> expressions) => expressions.Where(expression =>
    {
        try
        {
            FhirPathExpression.Compile(expression);
            return false;
        }
        catch (FhirPathException)
        {
            return true;
        }
    }).Order(StringComparer.Ordinal);
}
