namespace FhirGateway.Generator.Model;

/// <summary>Writes a class of the model: its properties, how it is read from JSON and how it is written.</summary>
public static class ClassWriter
{
    public static void Write(CodeText code, ModelType type, IEnumerable<ModelEnum> nestedEnums)
    {
        code.Summary(type.Summary);
        using var _ = code.Braces($"public {(type.IsAbstract ? "abstract " : "")}partial class {type.Class} : {type.BaseClass}");
        if (!type.IsAbstract)
        {
            code.Line($"public override string TypeName => \"{type.FhirName}\";");
            code.Line();
        }

        foreach (var member in type.Members) WriteProperty(code, member);
        WriteReader(code, type);
        code.Line();
        WriteWriter(code, type);
        foreach (var component in type.Components)
        {
            code.Line();
            Write(code, component, []);
        }

        foreach (var nested in nestedEnums)
        {
            code.Line();
            EnumWriter.Write(code, nested);
        }
    }

    private static void WriteProperty(CodeText code, Member member)
    {
        var type = TypeOf(member);
        var name = ElementProperty(member);
        code.Summary(member.Summary);
        if (member.IsList)
        {
            code.Line($"public List<{type}> {name} {{ get => {Field(member)} ??= []; set => {Field(member)} = value; }}");
            code.Line($"private List<{type}>? {Field(member)};");
        }
        else
        {
            code.Line($"public {type}? {name} {{ get; set; }}");
        }

        code.Line();
        if (member.Kind != MemberKind.Primitive) return;

        var value = member.Type.ValueType;
        code.Line($"/// <inheritdoc cref=\"{name}\"/>");
        code.Line(member.IsList
            ? $"public IEnumerable<{value}?> {member.Property} {{ get => {name}.Select(e => e.Value); set => {name} = [.. value.Select(v => new {type}(v))]; }}"
            : $"public {value}? {member.Property} {{ get => {name}?.Value; set => {name} = value is null ? null : new {type}(value); }}");
        code.Line();
    }

    private static void WriteReader(CodeText code, ModelType type)
    {
        using var _ = code.Braces("internal override bool ReadMember(ref FhirJsonReader reader, scoped ReadOnlySpan<char> name)");
        using var braces = code.Braces("switch (name)");
        foreach (var member in type.Members)
        {
            if (member.Kind == MemberKind.Choice)
            {
                foreach (var choice in member.Types)
                {
                    var method = choice.IsPrimitive ? "ChoicePrimitive" : "ChoiceComplex";
                    code.Line($"case \"{member.JsonName}{choice.Suffix}\": {member.Property} = reader.{method}<{choice.Class}>({member.Property}); return true;");
                }
            }
            else
            {
                var property = member.IsList ? Field(member) : ElementProperty(member);
                code.Line($"case \"{member.JsonName}\": {property} = reader.{Method(member)}({property}); return true;");
            }
        }

        code.Line("default: return base.ReadMember(ref reader, name);");
    }

    private static void WriteWriter(CodeText code, ModelType type)
    {
        using var _ = code.Braces("internal override void WriteMembers(FhirJsonWriter writer)");
        code.Line(type.BaseClass == "Base" ? "writer.ResourceType(TypeName);" : "base.WriteMembers(writer);");
        foreach (var member in type.Members)
        {
            code.Line($"writer.{Method(member)}(ElementNames.{Names.Capitalised(member.JsonName)}, {(member.IsList ? Field(member) : ElementProperty(member))});");
        }
    }

    private static string TypeOf(Member member) => member.Kind switch
    {
        MemberKind.Text => "string",
        MemberKind.Choice => "DataType",
        _ => member.Type.Class,
    };

    private static string Method(Member member) => member.Kind switch
    {
        MemberKind.Text => "Text",
        MemberKind.Choice => "Choice",
        MemberKind.Primitive => member.IsList ? "Primitives" : "Primitive",
        MemberKind.Resource => member.IsList ? "Resources" : "Resource",
        _ => member.IsList ? "Complexes" : "Complex",
    };

    /// <summary>The property that holds the whole element: TitleElement beside Title for primitives.</summary>
    public static string ElementProperty(Member member) =>
        member.Kind == MemberKind.Primitive ? member.Property.TrimEnd('_') + "Element" : member.Property;

    private static string Field(Member member) => "_" + member.JsonName;
}
