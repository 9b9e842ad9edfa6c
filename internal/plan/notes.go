package plan

func (b *builder) notes() {}
