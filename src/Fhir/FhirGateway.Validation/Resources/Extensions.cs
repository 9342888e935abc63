using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Extensions: whether they are known, and used where they may be.</summary>
internal static class Extensions
{
    private const int LocationCost = 20;

    /// <summary>The definition an extension must conform to; null when it is unknown, or not defined by itself.</summary>
    public static Schema? DefinitionOf(Focus extension, ValidationRun run)
    {
        if (extension.Text("url") is not { } url) return null;
        var isInner = extension.Parent is { Type: "Extension", IsPrimitive: false };
        if (!UriIsAbsolute(url))
        {
            // Parts of a complex extension have relative urls; its own definition judges them.
            if (!isInner) run.Error("structure", $"The extension's url '{Words.Shown(url)}' must be absolute.", extension, extension.Shape, "extension-url");
            return null;
        }

        Schema? definition;
        try
        {
            definition = run.Schemas.Find(url);
        }
        catch (SchemaException error)
        {
            run.Error("exception", $"The extension {Words.Shown(url)} can't be checked: {error.Message}", extension, extension.Shape, "profile-usable");
            return null;
        }

        if (definition is null)
        {
            Unknown(extension, url, run);
            return null;
        }

        CheckUse(extension, url, definition, run);
        return definition;
    }

    private static void Unknown(Focus extension, string url, ValidationRun run)
    {
        if (!run.Options.AllowExampleUrls && url.StartsWith("http://example.org/", StringComparison.Ordinal)) run.Error("structure", $"{Words.Shown(url)} is an example's url: define the extension under a url of your own.", extension, extension.Shape, "extension-known");
        else if (run.Options.RefuseUnknownExtensions && !IsCrossVersion(url) && !run.Options.AllowedExtensionDomains.Any(domain => url.StartsWith(domain, StringComparison.Ordinal))) run.Error("structure", $"The extension {Words.Shown(url)} is unknown, so it is not allowed: add the package that defines it, or remove it.", extension, extension.Shape, "extension-known");
        else if (extension.Name == "modifierExtension") run.Report(IssueSeverity.Warning, "informational", $"The modifier extension {Words.Shown(url)} is unknown: what it changes can't be told. Add the package that defines it.", extension, extension.Shape, "extension-known");
        else run.Report(IssueSeverity.Information, "informational", $"The extension {Words.Shown(url)} is unknown, so it was not checked: add the package that defines it.", extension, extension.Shape, "extension-known");
    }

    private static void CheckUse(Focus extension, string url, Schema definition, ValidationRun run)
    {
        if (definition.Structure.Type != "Extension")
        {
            run.Error("structure", $"{Words.Shown(url)} is no extension but a {definition.Structure.Type}.", extension, extension.Shape, "extension-known");
            return;
        }

        var isModifier = definition.Structure.Elements is [{ IsModifier: true }, ..];
        if (isModifier != (extension.Name == "modifierExtension"))
        {
            run.Error("structure", isModifier ? $"{url} changes the meaning: it must be a modifierExtension." : $"{url} does not change the meaning: it must be an extension, not a modifierExtension.", extension, definition.Root, "extension-modifier");
        }

        if (definition.Structure.Contexts.Count > 0 && !IsMisplacedByR4(url) && !definition.Structure.Contexts.Any(context => Allows(context, extension, run)))
        {
            run.Error("structure", $"{url} is not allowed on {extension.Parent?.Location}; it is for {string.Join(", ", definition.Structure.Contexts.Select(context => context.Expression))}.", extension, definition.Root, "extension-context");
        }

        foreach (var invariant in definition.Structure.ContextInvariants) CheckInvariant(extension, invariant, definition, run);
    }

    private static void CheckInvariant(Focus extension, string invariant, Schema definition, ValidationRun run)
    {
        if (extension.Parent is not { } parent) return;
        try
        {
            if (FhirPathExpression.Compile(invariant).IsTrue(parent.Node, run.Evaluation) != true) run.Error("structure", $"The extension may only be used where this holds: {invariant}", extension, definition.Root, "extension-context");
        }
        catch (FhirPathException error)
        {
            run.GoOn(extension);
            run.Report(IssueSeverity.Warning, "not-supported", $"The extension's condition was not checked: {error.Message}", extension, definition.Root, "extension-context");
        }
    }

    private static bool Allows(ExtensionContext context, Focus extension, ValidationRun run)
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

    private static bool AllowsPath(string expression, Focus extension, ValidationRun run)
    {
        try
        {
            var parent = extension.Parent!.Location;
            var allowed = FhirPathExpression.Compile(expression).Evaluate(extension.Resource.Node, run.Evaluation);
            run.Charge(LocationCost * allowed.Count, extension);
            return allowed.Any(node => node.Location == parent);
        }
        catch (FhirPathException)
        {
            run.GoOn(extension);
            return true;
        }
    }

    private static bool AllowsElement(string expression, Focus parent)
    {
        var hash = expression.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0) expression = expression[(hash + 1)..];
        if (expression.StartsWith(R4Types.CoreBase, StringComparison.Ordinal)) expression = expression[R4Types.CoreBase.Length..];
        if (expression is "Element" or "*") return true;
        if (expression.EndsWith("[x]", StringComparison.Ordinal)) expression = expression[..^3];
        if (!expression.Contains('.', StringComparison.Ordinal)) return R4Types.IsSubtypeOf(parent.Type, expression) || expression == "BackboneElement" && parent.Type == "BackboneElement";
        // The definition's own path: through a contentReference a deep item is still Questionnaire.item.
        return PathsOf(parent).Contains(expression);
    }

    // Every path an element can be named by: from its resource, and from each datatype on the way.
    private static IEnumerable<string> PathsOf(Focus element)
    {
        if (element.Shape is { } shape && shape.Id.Contains('.', StringComparison.Ordinal)) yield return shape.Id.Replace("[x]", "", StringComparison.Ordinal);
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
        return url.StartsWith(prefix, StringComparison.Ordinal) && url.Length > prefix.Length && char.IsAsciiDigit(url[prefix.Length]) && url.Contains("/StructureDefinition/extension-", StringComparison.Ordinal);
    }

    private static bool UriIsAbsolute(string url) => url.Contains(':', StringComparison.Ordinal);
}
