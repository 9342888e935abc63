namespace FhirGateway.Generator.Model;

/// <summary>
/// Writes the typed element handles: <c>R4.Composition.Date</c> is an <c>Element&lt;Instant&gt;</c>. Every type that can be reached from a
/// root resource gets one static class of extension properties; inherited elements are repeated, because handles are invariant.
/// </summary>
public sealed class HandleWriter(IReadOnlyDictionary<string, ModelType> types)
{
    /// <summary>The resources that mappings write or check.</summary>
    private static readonly string[] Roots =
    [
        "Appointment", "Binary", "Composition", "Device", "DocumentReference", "Encounter", "List", "MedicationStatement",
        "Patient", "Practitioner", "Provenance",
    ];

    // Extension.value[x] and its like may be any of fifty types: a handle for each would make every datatype reachable for nobody.
    private const int MostTypesOfAChoice = 12;

    public IEnumerable<(string Name, string Text)> Write()
    {
        yield return ("R4", WriteRoots());
        var reached = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(Roots);
        while (waiting.TryDequeue(out var name))
        {
            if (reached.ContainsKey(name)) continue;
            reached.Add(name, "");
            reached[name] = WriteType(name, waiting);
        }

        foreach (var (name, text) in reached) yield return (ClassOf(name), text);
    }

    private static string ClassOf(string name) => name.Replace(".", "", StringComparison.Ordinal) + "Elements";

    private static string WriteRoots()
    {
        var code = CodeText.File("FhirGateway.Fhir");
        code.Summary("Typed handles of R4's elements, for \"using static\": Composition.Date is an Element of Instant that knows its FHIRPath.");
        using (code.Braces("public static partial class R4"))
        {
            foreach (var root in Roots) code.Line($"public static Element<Model.{root}> {root} {{ get; }} = Element<Model.{root}>.Root(\"{root}\");");
        }

        return code.ToString();
    }

    private string WriteType(string name, Queue<string> waiting)
    {
        var code = CodeText.File("FhirGateway.Fhir", "FhirGateway.Fhir.Model");
        code.Summary($"The elements of {name} as typed handles.");
        using (code.Braces($"public static class {ClassOf(name)}"))
        using (code.Braces($"extension(Element<Model.{name}> element)"))
        {
            foreach (var member in MembersOf(name)) WriteMember(code, member, waiting);
        }

        return code.ToString();
    }

    private IEnumerable<Member> MembersOf(string name)
    {
        var type = types[name];
        var inherited = type.BaseClass switch
        {
            "Base" => [],
            "DataType" or "Element" => [Extension("extension")],
            "BackboneType" or "BackboneElement" => [Extension("extension"), Extension("modifierExtension")],
            var parent => MembersOf(parent),
        };
        return inherited.Concat(type.Members);
    }

    private static Member Extension(string name) =>
        new(name, Names.Capitalised(name), MemberKind.Complex, IsList: true, [new("Extension", "Extension", null)], "Additional content defined by implementations");

    private static void WriteMember(CodeText code, Member member, Queue<string> waiting)
    {
        if (member.Kind == MemberKind.Text) return;
        var held = ClassWriter.ElementProperty(member);
        if (member.Kind == MemberKind.Choice)
        {
            Property("DataType", member.Property, $"Untyped(\"{member.JsonName}\", {Get()}, {Set()})");
            foreach (var type in member.Types.Count <= MostTypesOfAChoice ? member.Types : [])
            {
                var fhirType = type.IsPrimitive ? char.ToLowerInvariant(type.Suffix[0]) + type.Suffix[1..] : type.Suffix;
                Property(type.Class, member.Property + type.Suffix, $"One(\"{member.JsonName}.ofType({fhirType})\", static e => e.{held} as {type.Class}, {Set()})");
                if (!type.IsPrimitive) waiting.Enqueue(type.Class);
            }

            return;
        }

        var many = member.IsList ? "Many" : "One";
        var method = member.Kind == MemberKind.Resource ? $"Untyped{(member.IsList ? "List" : "")}" : many;
        Property(member.Type.Class, member.Property, $"{method}(\"{member.JsonName}\", {Get()}{(member.IsList ? "" : ", " + Set())})");
        if (member.Kind == MemberKind.Complex) waiting.Enqueue(member.Type.Class);

        string Get() => $"static e => e.{held}";
        string Set() => $"static (e, v) => e.{held} = v";
        void Property(string type, string property, string expression)
        {
            code.Summary(member.Summary);
            code.Line($"public Element<{type}> {property} => element.{expression};");
            code.Line();
        }
    }
}
