using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Functions;

/// <summary>What FHIR adds to FHIRPath (R4, §2.9.1.3).</summary>
internal static class FhirFunctions
{
    public static readonly Function[] All =
    [
        new("extension", 1, 1, Extension),
        new("hasValue", 0, 0, (in Call call) => Collection.Of(call.Input.Count == 1 && call.Input[0].Value is not null)),
        new(
            "getValue", 0, 0,
            (in Call call) => call.Input.Count == 1 && call.Input[0].Value is { } value
                ? Collection.Of(ValueNode.OfValue(value))
                : Collection.Empty),
        new("resolve", 0, 0, Resolve),
        new("memberOf", 1, 1, MemberOf),
        new("htmlChecks", 0, 0, HtmlChecks),
        new("checkModifiers", 0, int.MaxValue, CheckModifiers),
    ];

    private static Collection Extension(in Call call)
    {
        if (call.TextArgument(0) is not { } url) return Collection.Empty;
        var found = new CollectionBuilder();
        foreach (var item in call.Input)
        {
            var extensions = new CollectionBuilder();
            call.Evaluation.AddChildren(item, "extension", ref extensions, call.Offset);
            foreach (var extension in extensions.ToCollection())
            {
                if (call.Evaluation.Text(extension, "url", call.Offset) == url) found.Add(extension);
            }
        }

        return found.ToCollection();
    }

    // What can't be resolved is left out (FHIR R4 §2.9.1.3); whether that is an error is the caller's question.
    private static Collection Resolve(in Call call)
    {
        var found = new CollectionBuilder();
        foreach (var item in call.Input)
        {
            var reference = call.Value(item) as string ?? call.Evaluation.Text(item, "reference", call.Offset);
            call.Charge(1);
            if (reference is not null && ReferenceTargets.Resolve(item, reference, call.Evaluation, call.Offset) is { } target)
            {
                found.Add(target);
            }
        }

        return found.ToCollection();
    }

    private static Collection MemberOf(in Call call)
    {
        if (call.Single() is not { } item || call.TextArgument(0) is not { } valueSet) return Collection.Empty;
        return Collection.Of(call.Evaluation.Context.IsMemberOf?.Invoke(item, valueSet));
    }

    private static Collection HtmlChecks(in Call call)
    {
        if (call.Single() is not { } item) return Collection.Empty;
        if (call.Value(item) is not string text) return Collection.False;
        call.Charge(text.Length / 2);
        var narrative = NarrativeXhtml.Read(text);
        return Collection.Of(narrative is { IsAllowed: true, HasContent: true });
    }

    private static Collection CheckModifiers(in Call call)
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < call.ArgumentCount; i++)
        {
            if (call.TextArgument(i) is { } url) allowed.Add(url);
        }

        foreach (var item in call.Input)
        {
            var modifiers = new CollectionBuilder();
            call.Evaluation.AddChildren(item, "modifierExtension", ref modifiers, call.Offset);
            foreach (var modifier in modifiers.ToCollection())
            {
                var url = call.Evaluation.Text(modifier, "url", call.Offset);
                if (url is null || !allowed.Contains(url)) throw call.Error($"The modifier extension {url} is not understood here");
            }
        }

        return call.Input;
    }
}
