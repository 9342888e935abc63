namespace FhirGateway.FhirPath.Nodes;

/// <summary>What <c>type()</c> answers: a type's namespace and name as children.</summary>
internal sealed class TypeInfoNode(FhirPathType described) : FhirNode
{
    private static readonly FhirPathType SimpleTypeInfo = new(FhirPathType.SystemNamespace, "SimpleTypeInfo");
    private static readonly FhirPathType ClassInfo = new(FhirPathType.SystemNamespace, "ClassInfo");

    public override FhirPathType Type => described.IsSystem ? SimpleTypeInfo : ClassInfo;

    public override object? Value => null;

    public override IReadOnlyList<FhirNode> Children() => [ValueNode.Of(described.Namespace), ValueNode.Of(described.Name)];

    public override string ToString() => described.ToString();

    internal override void AddChildren(string name, ref CollectionBuilder into)
    {
        if (name == "namespace") into.Add(ValueNode.Of(described.Namespace));
        if (name == "name") into.Add(ValueNode.Of(described.Name));
    }
}
