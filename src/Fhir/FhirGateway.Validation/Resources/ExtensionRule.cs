using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Extensions: whether they are known, and used where they may be.</summary>
internal sealed class ExtensionRule : Rule
{
    private const int LocationCost = 20;

    public override string Describe() => "has a url that is defined, and is used where its definition allows it";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("url") is not { } url) return;
        if (!url.Contains(':', StringComparison.Ordinal))
        {
            // Parts of a complex extension have relative urls; its own definition judges them.
            var isInner = focus.Parent is { Type: "Extension", IsPrimitive: false };
            if (!isInner) run.Report(ExtensionFindings.RelativeUrl(url), focus, demandedBy);
            return;
        }

        try
        {
            if (run.Profile(url) is { } definition) CheckUse(focus, url, definition, demandedBy, run);
            else run.Report(Unknown(focus, url, run.Options), focus, demandedBy);
        }
        catch (SchemaException error)
        {
            run.Report(ProfileFindings.UnusableExtension(url, error.Message), focus, demandedBy);
        }
    }

    private static Finding Unknown(Focus extension, string url, ValidationOptions options)
    {
        if (!options.AllowExampleUrls && url.StartsWith("http://example.org/", StringComparison.Ordinal))
        {
            return ExtensionFindings.ExampleUrl(url);
        }

        var isAllowed = !options.RefuseUnknownExtensions || IsCrossVersion(url)
            || options.AllowedExtensionDomains.Any(domain => url.StartsWith(domain, StringComparison.Ordinal));
        if (!isAllowed) return ExtensionFindings.UnknownNotAllowed(url);
        return extension.Name == "modifierExtension" ? ExtensionFindings.UnknownModifier(url) : ExtensionFindings.Unknown(url);
    }

    private static void CheckUse(Focus extension, string url, ElementShape shape, string demandedBy, RuleRun run)
    {
        var definition = shape.Structure;
        if (definition.Type != "Extension")
        {
            run.Report(ExtensionFindings.NotAnExtension(url, definition.Type), extension, demandedBy);
            return;
        }

        var isModifier = definition.Elements is [{ IsModifier: true }, ..];
        if (isModifier != (extension.Name == "modifierExtension"))
        {
            run.Report(isModifier ? ExtensionFindings.MustBeModifier(url) : ExtensionFindings.MustNotBeModifier(url), extension, shape.Url);
        }

        if (!IsMisplacedByR4(url)) CheckPlace(extension, url, shape, run);
        foreach (var invariant in definition.ContextInvariants) CheckInvariant(extension, invariant, shape, run);
    }

    private static void CheckPlace(Focus extension, string url, ElementShape shape, RuleRun run)
    {
        var allowed = shape.Structure.Contexts;
        try
        {
            if (allowed.Count == 0 || allowed.Any(context => Allows(context, extension, run))) return;
            var places = allowed.Select(context => context.Expression);
            run.Report(ExtensionFindings.WrongPlace(url, extension.Parent?.Location, places), extension, shape.Url);
        }
        catch (FhirPathException error)
        {
            run.GoOn(error, extension);
            run.Report(ExtensionFindings.PlaceNotEvaluated(url, error.Message), extension, shape.Url);
        }
    }

    private static void CheckInvariant(Focus extension, string invariant, ElementShape shape, RuleRun run)
    {
        if (extension.Parent is not { } parent) return;
        try
        {
            if (FhirPathExpression.Compile(invariant).IsTrue(parent.Node, run.Evaluation) == true) return;
            run.Report(ExtensionFindings.ConditionFails(invariant), extension, shape.Url);
        }
        catch (FhirPathException error)
        {
            run.GoOn(error, extension);
            run.Report(ExtensionFindings.ConditionNotEvaluated(invariant, error.Message), extension, shape.Url);
        }
    }

    private static bool Allows(ExtensionContext context, Focus extension, RuleRun run)
    {
        var parent = extension.Parent!;
        switch (context.Type)
        {
            case "extension":
                return parent.Type == "Extension" && parent.Text("url") == context.Expression;
            case "fhirpath":
                return AllowsPath(context.Expression, extension, run);
            default:
                return AllowsElement(context.Expression, parent);
        }
    }

    private static bool AllowsPath(string expression, Focus extension, RuleRun run)
    {
        var parent = extension.Parent!.Location;
        var allowed = FhirPathExpression.Compile(expression).Evaluate(extension.Resource.Node, run.Evaluation);
        run.Charge(LocationCost * allowed.Count, extension);
        return allowed.Any(node => node.Location == parent);
    }

    private static bool AllowsElement(string expression, Focus parent)
    {
        var hash = expression.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0) expression = expression[(hash + 1)..];
        if (expression.StartsWith(R4Types.CoreBase, StringComparison.Ordinal)) expression = expression[R4Types.CoreBase.Length..];
        if (expression is "Element" or "*") return true;
        if (expression.EndsWith("[x]", StringComparison.Ordinal)) expression = expression[..^3];
        if (!expression.Contains('.', StringComparison.Ordinal))
        {
            return parent.Type == expression || R4Types.IsSubtypeOf(parent.Type, expression);
        }

        // The definition's own path: through a contentReference a deep item is still Questionnaire.item.
        return PathsOf(parent).Contains(expression);
    }

    // Every path an element can be named by: from its resource, and from each datatype on the way.
    private static IEnumerable<string> PathsOf(Focus element)
    {
        if (element.Shape is { } shape && shape.Id.Contains('.', StringComparison.Ordinal))
        {
            yield return shape.Id.Replace("[x]", "", StringComparison.Ordinal);
        }

        var below = element.Name;
        for (var owner = element.Parent; owner is not null; owner = owner.Parent)
        {
            if (owner.Shape is { } content) yield return $"{content.Id}.{below}";
            yield return $"{owner.Type}.{below}";
            if (owner.IsResource) yield break;
            below = $"{owner.Name}.{below}";
        }
    }

    // R4 defines this one for ElementDefinition.type.code, and uses it on type in every definition it publishes.
    private static bool IsMisplacedByR4(string url) => url == R4Types.CoreBase + "structuredefinition-fhir-type";

    // http://hl7.org/fhir/versions.html#extensions: elements of another version as extensions are allowed by their form.
    private static bool IsCrossVersion(string url)
    {
        const string prefix = "http://hl7.org/fhir/";
        return url.StartsWith(prefix, StringComparison.Ordinal) && url.Length > prefix.Length && char.IsAsciiDigit(url[prefix.Length])
            && url.Contains("/StructureDefinition/extension-", StringComparison.Ordinal);
    }
}
